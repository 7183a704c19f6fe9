{{/* What Pod Security "restricted" asks of a pod, and a uid that is in no passwd file. */}}
{{- define "portico.podSecurity" -}}
automountServiceAccountToken: false
# Service links would put PORTICO_CASES_PORT=tcp://... and the like into our own PORTICO_ settings.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .Values.pod.uid }}
  runAsGroup: {{ .Values.pod.uid }}
  fsGroup: {{ .Values.pod.uid }}
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "portico.containerSecurity" -}}
securityContext:
  runAsNonRoot: true
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Where a pod may run and what it may pull. */}}
{{- define "portico.placement" -}}
{{- with .Values.pod.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.pod.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* A writable /tmp, and the private CA where there is one. Takes dict root, scratch. */}}
{{- define "portico.volumes" -}}
- name: scratch
  emptyDir: {sizeLimit: {{ .scratch }}}
{{- with .root.Values.trust.configMap }}
- name: trust
  configMap: {name: {{ . }}}
{{- end }}
{{- end }}

{{- define "portico.mounts" -}}
- {name: scratch, mountPath: /tmp}
{{- if .Values.trust.configMap }}
- {name: trust, mountPath: /etc/portico/trust, readOnly: true}
{{- end }}
{{- end }}
