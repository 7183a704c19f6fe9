{{/* Every object's name begins with the release's. */}}
{{- define "portico.name" -}}
{{ .Values.nameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* What tells this release's pods apart. Takes dict root, component. */}}
{{- define "portico.selector" -}}
app.kubernetes.io/name: portico
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of every object. Takes dict root, component. */}}
{{- define "portico.labels" -}}
{{ include "portico.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Takes dict root, service. */}}
{{- define "portico.image" -}}
{{ .root.Values.image.prefix }}{{ .service }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* The import name: billing-view's is billing_view. Takes the service. */}}
{{- define "portico.module" -}}
{{ . | replace "-" "_" }}
{{- end }}

{{- define "portico.services" -}}
identity cases documents knowledge billing-view notifier
{{- end }}

{{- define "portico.originHost" -}}
{{ (urlParse .Values.portal.origin).hostname }}
{{- end }}

{{/* Where browsers come in, as a YAML list: the origin's host, and all names below `subdomainsOf`. */}}
{{- define "portico.hosts" -}}
- {{ include "portico.originHost" . }}
{{- with .Values.portal.subdomainsOf }}
- {{ printf "*.%s" . | quote }}
{{- end }}
{{- end }}

{{- define "portico.s3Url" -}}
{{ .Values.s3.url | default (printf "http://%s-seaweedfs:8333" (include "portico.name" .)) }}
{{- end }}

{{- define "portico.s3PublicUrl" -}}
{{- with .Values.demo.seaweedfs -}}
{{- if and .enabled .host -}}
{{ ternary "https" "http" (not (empty $.Values.ingress.tls)) }}://{{ .host }}
{{- else -}}
{{ $.Values.s3.publicUrl | default (include "portico.s3Url" $) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The operator makes its own secret for a demo broker. Gives name and key of the AMQP address. */}}
{{- define "portico.amqpSecret" -}}
{{- if .Values.demo.rabbitmq.enabled -}}
name: {{ include "portico.name" . }}-rabbitmq-default-user
key: connection_string
{{- else -}}
name: {{ .Values.rabbitmq.existingSecret }}
key: {{ .Values.rabbitmq.key }}
{{- end }}
{{- end }}
