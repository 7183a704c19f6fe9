{{/*
The environment of one deployable. Built as a dictionary, so that no name can come twice: Helm 4
applies server-side, where a double is an error. Takes dict root, deployable.
*/}}
{{- define "portico.env" -}}
{{- $values := .root.Values -}}
{{- $it := .deployable -}}
{{- $plain := dict
  "PORTICO_SERVICE" $it.service
  "PORTICO_HOST" "0.0.0.0"
  "PORTICO_OPS_PORT" "9090"
  "PORTICO_INLINE_WORKER" "false"
  "PORTICO_LOG_LEVEL" $values.logLevel
  "PORTICO_PORTAL_ORIGIN" $values.portal.origin -}}
{{- $secret := dict -}}
{{- if eq $it.process "main" -}}
{{- $_ := set $plain "PORTICO_PORT" "8080" -}}
{{- end -}}
{{- with $values.telemetry.otlpUrl -}}
{{- $_ := set $plain "PORTICO_OTLP_URL" . -}}
{{- end -}}
{{- if $values.trust.configMap -}}
{{- $_ := set $plain "SSL_CERT_FILE" (printf "/etc/portico/trust/%s" $values.trust.key) -}}
{{- end -}}
{{- range $it.calls -}}
{{- $_ := set $plain (printf "PORTICO_%s_URL" (include "portico.module" . | upper)) (printf "http://%s-%s" (include "portico.name" $.root) .) -}}
{{- end -}}
{{- if eq $it.service "gateway" -}}
{{- $_ := set $secret "PORTICO_CALLER_PRIVATE_KEY" (dict "name" $values.caller.privateSecret "key" $values.caller.key) -}}
{{- else -}}
{{- $_ := set $secret "PORTICO_CALLER_PUBLIC_KEY" (dict "name" $values.caller.publicSecret "key" $values.caller.key) -}}
{{- end -}}
{{- if and $values.portal.subdomainsOf (has $it.service (list "gateway" "identity")) -}}
{{- $_ := set $plain "PORTICO_SUBDOMAINS_OF" $values.portal.subdomainsOf -}}
{{- end -}}
{{- if and $values.portal.trustedProxies (eq $it.service "gateway") -}}
{{- $_ := set $plain "PORTICO_TRUSTED_PROXIES" (toJson $values.portal.trustedProxies) -}}
{{- end -}}
{{- if has "postgresql" $it.uses -}}
{{- $_ := set $secret "PORTICO_DATABASE_URL" (dict "name" (replace "SERVICE" $it.service $values.postgresql.existingSecret) "key" $values.postgresql.key) -}}
{{- end -}}
{{- if has "rabbitmq" $it.uses -}}
{{- $_ := set $secret "PORTICO_AMQP_URL" (include "portico.amqpSecret" $.root | fromYaml) -}}
{{- end -}}
{{- if has "s3" $it.uses -}}
{{- $_ := set $plain "PORTICO_S3_URL" (include "portico.s3Url" $.root) -}}
{{- $_ := set $plain "PORTICO_S3_REGION" $values.s3.region -}}
{{- $_ := set $plain "PORTICO_S3_BUCKET" $values.s3.bucket -}}
{{- $_ := set $secret "PORTICO_S3_ACCESS_KEY" (dict "name" $values.s3.existingSecret "key" $values.s3.accessKeyKey) -}}
{{- $_ := set $secret "PORTICO_S3_SECRET_KEY" (dict "name" $values.s3.existingSecret "key" $values.s3.secretKeyKey) -}}
{{- end -}}
{{- /* The gateway, too: its content security policy lets browsers send files there. */ -}}
{{- if or (has "s3" $it.uses) (has "s3-public" $it.uses) -}}
{{- $_ := set $plain "PORTICO_S3_PUBLIC_URL" (include "portico.s3PublicUrl" $.root) -}}
{{- end -}}
{{- if and (has "clamd" $it.uses) $values.clamd.address -}}
{{- $_ := set $plain "PORTICO_CLAMD" $values.clamd.address -}}
{{- end -}}
{{- if eq $it.service "notifier" -}}
{{- $_ := set $plain "PORTICO_SMTP_HOST" $values.smtp.host -}}
{{- $_ := set $plain "PORTICO_SMTP_PORT" (toString $values.smtp.port) -}}
{{- $_ := set $plain "PORTICO_SMTP_TLS" $values.smtp.tls -}}
{{- $_ := set $plain "PORTICO_MAIL_FROM" $values.smtp.from -}}
{{- end -}}
{{- if or (eq $it.service "notifier") (eq $it.service "identity") -}}
{{- $_ := set $secret "PORTICO_MAIL_KEYS" (dict "name" $values.seal.mailSecret "key" $values.seal.key) -}}
{{- end -}}
{{- if eq $it.service "identity" -}}
{{- $_ := set $secret "PORTICO_VAULT_KEYS" (dict "name" $values.seal.vaultSecret "key" $values.seal.key) -}}
{{- end -}}
{{- if and (has "smtp" $it.uses) $values.smtp.existingSecret -}}
{{- $_ := set $secret "PORTICO_SMTP_USERNAME" (dict "name" $values.smtp.existingSecret "key" "username") -}}
{{- $_ := set $secret "PORTICO_SMTP_PASSWORD" (dict "name" $values.smtp.existingSecret "key" "password") -}}
{{- end -}}
{{- range $name, $value := $it.env -}}
{{- if or (hasKey $plain $name) (hasKey $secret $name) -}}
{{- fail (printf "%s is set by the chart; change the value it comes from instead" $name) -}}
{{- end -}}
{{- $_ := set $plain $name $value -}}
{{- end -}}
{{- range $name, $value := $plain }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $from := $secret }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef: {{- toYaml $from | nindent 6 }}
{{- end }}
{{- end }}
