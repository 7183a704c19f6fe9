{{/* One NetworkPolicy rule. Takes dict side (to or from), peers, ports, protocols. */}}
{{- define "portico.rule" -}}
{{- $ports := list -}}
{{- range $port := .ports -}}
{{- range $protocol := $.protocols | default (list "TCP") -}}
{{- $ports = append $ports (dict "port" (int $port) "protocol" $protocol) -}}
{{- end -}}
{{- end -}}
{{- $rule := dict "ports" $ports -}}
{{- if .peers -}}
{{- $_ := set $rule .side .peers -}}
{{- end -}}
{{- toYaml (list $rule) -}}
{{- end }}

{{/* This release's own pods, as a peer. Takes dict root, component. */}}
{{- define "portico.peer" -}}
- podSelector:
    matchLabels: {{- include "portico.selector" . | nindent 6 }}
{{- end }}

{{/* The egress rule to a part outside, or nothing where there is no such part. Takes dict root, part. */}}
{{- define "portico.partRule" -}}
{{- $values := .root.Values -}}
{{- $name := include "portico.name" .root -}}
{{- $to := dict "side" "to" -}}
{{- if eq .part "postgresql" -}}
{{- $to = merge $to $values.postgresql.egress -}}
{{- if $values.demo.postgresql.enabled -}}
{{- $to = dict "side" "to" "ports" (list 5432) "peers" (list (dict "podSelector" (dict "matchLabels" (dict "cnpg.io/cluster" (printf "%s-postgresql" $name))))) -}}
{{- end -}}
{{- else if eq .part "rabbitmq" -}}
{{- $to = merge $to $values.rabbitmq.egress -}}
{{- if $values.demo.rabbitmq.enabled -}}
{{- $to = dict "side" "to" "ports" (list 5672) "peers" (list (dict "podSelector" (dict "matchLabels" (dict "app.kubernetes.io/name" (printf "%s-rabbitmq" $name))))) -}}
{{- end -}}
{{- else if eq .part "s3" -}}
{{- $to = merge $to $values.s3.egress -}}
{{- if $values.demo.seaweedfs.enabled -}}
{{- $to = dict "side" "to" "ports" (list 8333) "peers" (include "portico.peer" (dict "root" .root "component" "seaweedfs") | fromYamlArray) -}}
{{- end -}}
{{- else if eq .part "s3-public" -}}
{{- $to = merge $to (ternary $values.s3.publicEgress $values.s3.egress (not (empty $values.s3.publicUrl))) -}}
{{- if $values.demo.seaweedfs.enabled -}}
{{- if $values.demo.seaweedfs.host -}}
{{- $to = merge (dict "side" "to") $values.s3.publicEgress -}}
{{- else -}}
{{- $to = dict "side" "to" "ports" (list 8333) "peers" (include "portico.peer" (dict "root" .root "component" "seaweedfs") | fromYamlArray) -}}
{{- end -}}
{{- end -}}
{{- else if eq .part "smtp" -}}
{{- $to = merge $to (dict "ports" (list $values.smtp.port) "peers" $values.smtp.egress.peers) -}}
{{- else if eq .part "sign-in" -}}
{{- $to = merge $to $values.signIn.egress -}}
{{- else if and (eq .part "clamd") $values.clamd.address -}}
{{- $to = merge $to (dict "ports" (list (splitList ":" $values.clamd.address | last)) "peers" $values.clamd.egress.peers) -}}
{{- else if and (eq .part "otlp") $values.telemetry.otlpUrl -}}
{{- $to = merge $to $values.telemetry.egress -}}
{{- end -}}
{{- if hasKey $to "ports" -}}
{{- include "portico.rule" $to -}}
{{- end -}}
{{- end }}
