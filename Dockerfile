# One recipe for every image: docker build --build-arg SERVICE=cases --tag portico-cases .
# SERVICE: gateway, identity, cases, documents, knowledge, billing-view, notifier.
#
# Packages come from pip's and npm's own indexes unless told otherwise:
#   --secret id=pip,src=pip.conf  --secret id=npm,src=.npmrc
ARG PYTHON=python:3.11-slim-bookworm

# Our own packages, as wheels. The gateway's brings its front-end files with it.
FROM ${PYTHON} AS wheels
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    NPM_CONFIG_USERCONFIG=/run/secrets/npm
WORKDIR /src
COPY requirements/build.txt requirements/build.txt
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --no-cache-dir --require-hashes --requirement requirements/build.txt
COPY kit/ kit/
COPY contracts/ contracts/
# The gateway and the services side by side, so that one path names any of them.
COPY gateway/ deployables/gateway/
COPY services/ deployables/
ARG SERVICE
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    --mount=type=secret,id=npm \
    pip wheel --no-deps --no-build-isolation --wheel-dir wheels ./kit ./contracts ./deployables/${SERVICE} \
    && mkdir -p deployables/${SERVICE}/migrations

# Everything the process imports, in one folder: the hash-locked pins, then our wheels.
FROM ${PYTHON} AS installed
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# Prints are drawn with DejaVu Sans: Latin, Greek, Cyrillic and Arabic. Whichever version Debian has will do.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/portico
ARG SERVICE
COPY requirements/${SERVICE}.txt requirements.txt
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    /opt/portico/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY --from=wheels /src/wheels/ wheels/
RUN /opt/portico/bin/pip install --no-cache-dir --no-index --no-deps wheels/*.whl \
    && /opt/portico/bin/pip check \
    && /opt/portico/bin/pip uninstall --yes setuptools pip \
    && python -m compileall -q -j 0 /opt/portico

# What runs: no compiler, no pip, no shell needed; a uid without a name; nothing to write but /tmp.
FROM ${PYTHON}
ARG SERVICE
LABEL org.opencontainers.image.title="portico-${SERVICE}" \
      org.opencontainers.image.description="Portico, the customer self-service portal: ${SERVICE}"
COPY --from=installed /opt/portico /opt/portico
COPY --from=installed /usr/share/fonts /usr/share/fonts
COPY --from=wheels /src/deployables/${SERVICE}/migrations /opt/portico/migrations
ENV PATH=/opt/portico/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    HOME=/tmp \
    PORTICO_SERVICE=${SERVICE} \
    PORTICO_MIGRATIONS=/opt/portico/migrations
WORKDIR /opt/portico
USER 10001:10001
# The port of the requests, and the one of probes and metrics.
EXPOSE 8080 9090
# Say which process: `cases.main`, `cases.worker` or `kit.migrations cases`.
ENTRYPOINT ["python", "-m"]
