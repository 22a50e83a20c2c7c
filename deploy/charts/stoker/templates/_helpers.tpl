{{- define "stoker.labels" -}}
app.kubernetes.io/name: stoker
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "stoker.selector" -}}
app.kubernetes.io/name: stoker
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/*
The release's name, so that two releases in one cluster do not share cluster-scoped objects. With "-controller" behind it, it
is a DNS label still: 63 characters.
*/}}
{{- define "stoker.name" -}}
{{- $name := contains "stoker" .Release.Name | ternary .Release.Name (printf "%s-stoker" .Release.Name) -}}
{{ $name | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "stoker.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* What the pods of both components share: who they run as, and on which nodes. */}}
{{- define "stoker.pod" -}}
{{- $own := index .root.Values .component -}}
serviceAccountName: {{ include "stoker.name" .root }}-{{ .component }}
{{- /* Restricted pod security: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */}}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $own.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- $constraints := $own.topologySpreadConstraints }}
{{- if not $constraints }}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
{{- $constraints = append $constraints (dict "topologyKey" $key "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway") }}
{{- end }}
{{- end }}
topologySpreadConstraints:
{{- range $constraints }}
  - {{ merge (dict) . (dict "labelSelector" (dict "matchLabels" (include "stoker.selector" $ | fromYaml))) | toJson }}
{{- end }}
{{- end }}

{{- define "stoker.podMetadata" -}}
{{- $own := index .root.Values .component -}}
labels: {{- include "stoker.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
  {{- with $own.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $own.podAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "stoker.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Options of controller and injector for audit records. */}}
{{- define "stoker.auditArgs" -}}
{{- with .Values.audit }}
{{- with .url }}
- --audit-url={{ . }}
{{- end }}
{{- if .existingSecret }}
{{- with .tokenKey }}
- --audit-token-file=/etc/stoker/audit/{{ . }}
{{- end }}
{{- with .caKey }}
- --audit-ca-file=/etc/stoker/audit/{{ . }}
{{- end }}
{{- end }}
{{- if .fileVolume }}
- --audit-file=/var/log/stoker/$(POD_NAME).jsonl
{{- end }}
{{- end }}
{{- end }}

{{- define "stoker.auditMounts" -}}
{{- if .Values.audit.existingSecret }}
- { name: audit, mountPath: /etc/stoker/audit, readOnly: true }
{{- end }}
{{- if .Values.audit.fileVolume }}
- { name: audit-file, mountPath: /var/log/stoker }
{{- end }}
{{- end }}

{{- define "stoker.auditVolumes" -}}
{{- with .Values.audit.existingSecret }}
- { name: audit, secret: { secretName: {{ . }} } }
{{- end }}
{{- with .Values.audit.fileVolume }}
- {{ merge (dict "name" "audit-file") . | toJson }}
{{- end }}
{{- end }}

{{/* Rules as a ClusterRole with its binding, or as a Role with its binding in each watched namespace. */}}
{{- define "stoker.grant" -}}
{{- $name := printf "%s-%s" (include "stoker.name" .root) .component -}}
{{- $scopes := .root.Values.watchNamespaces | default (list "") -}}
{{- range $namespace := $scopes }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ if $namespace }}Role{{ else }}ClusterRole{{ end }}
metadata:
  name: {{ $name }}
  {{- with $namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- include "stoker.labels" $.root | nindent 4 }}
rules: {{- $.rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ if $namespace }}RoleBinding{{ else }}ClusterRoleBinding{{ end }}
metadata:
  name: {{ $name }}
  {{- with $namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- include "stoker.labels" $.root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ if $namespace }}Role{{ else }}ClusterRole{{ end }}
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ $name }}
    namespace: {{ $.root.Release.Namespace }}
{{- end }}
{{- end }}
