{{/* Names, labels, the refusals, and the pieces that the server and its migration share. */}}

{{- define "glasklar.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "glasklar.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 54 | trimSuffix "-" -}}
{{- else if contains (include "glasklar.name" .) .Release.Name -}}
{{- .Release.Name | trunc 54 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "glasklar.name" .) | trunc 54 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "glasklar.selector" -}}
app.kubernetes.io/name: {{ include "glasklar.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "glasklar.labels" -}}
{{ include "glasklar.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "glasklar.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "glasklar.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "glasklar.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "glasklar.claimName" -}}
{{- default (printf "%s-data" (include "glasklar.fullname" .)) .Values.persistence.existingClaim -}}
{{- end -}}

{{/* Each refusal says what is wrong and the way out. helm/check.py tries every one. */}}
{{- define "glasklar.refusals" -}}
{{- if not .Values.keys.existingSecret -}}
{{- fail "keys.existingSecret is empty: name a secret with the files encryption.key, index.key and checkpoint.key" -}}
{{- end -}}
{{- if not .Values.keys.origin -}}
{{- fail "keys.origin is empty: give the ledger the name that its checkpoints will carry for ever, for example score.example.org/ledger" -}}
{{- end -}}
{{- if not .Values.issuers -}}
{{- fail "issuers is empty, so no token could be accepted: list at least one with issuer, audience and jwks_url" -}}
{{- end -}}
{{- if and (not .Values.tls.existingSecret) (not .Values.allowPlaintext) -}}
{{- fail "tls.existingSecret is empty: gRPC would leave the pod in plaintext; name a TLS secret, or set allowPlaintext: true behind a mesh that encrypts" -}}
{{- end -}}
{{- if and .Values.tls.requireClientCertificate (not .Values.tls.existingSecret) -}}
{{- fail "tls.requireClientCertificate needs tls.existingSecret with tls.crt, tls.key and ca.crt" -}}
{{- end -}}
{{- if and .Values.service.headless (ne .Values.service.type "ClusterIP") -}}
{{- fail (printf "service.headless cannot be combined with service.type %s: set service.type to ClusterIP" .Values.service.type) -}}
{{- end -}}
{{- if eq .Values.database.kind "sqlite" -}}
{{- if gt (int .Values.replicas) 1 -}}
{{- fail (printf "database.kind sqlite allows one replica, not %d: set replicas to 1 or use postgresql" (int .Values.replicas)) -}}
{{- end -}}
{{- else -}}
{{- if not .Values.database.existingSecret -}}
{{- fail "database.existingSecret is empty: name a secret that holds the PostgreSQL connection URL, or set database.kind to sqlite and replicas to 1" -}}
{{- end -}}
{{- /* During a rolling update one pod more than `replicas` holds its connections. */ -}}
{{- /* A pod reads with `pool` connections and writes with two more. */ -}}
{{- $need := mul (add (int .Values.replicas) 1) (add (int .Values.database.pool) 2) -}}
{{- $have := sub (int .Values.database.maxConnections) (int .Values.database.reservedConnections) -}}
{{- if gt $need $have -}}
{{- fail (printf "%d replicas and the extra one of an update would open %d connections, but database.maxConnections less reservedConnections leaves %d: lower replicas or database.pool, or raise max_connections on the server and database.maxConnections here" (int .Values.replicas) $need $have) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* config.toml. JSON strings and arrays are also TOML strings and arrays, hence toJson. */}}
{{- define "glasklar.config" -}}
[server]
listen = "0.0.0.0:7443"
health_listen = "0.0.0.0:7480"
metrics_listen = "0.0.0.0:7490"
{{- if .Values.tls.existingSecret }}
tls_certificate_file = "/secrets/tls/tls.crt"
tls_key_file = "/secrets/tls/tls.key"
{{- if .Values.tls.requireClientCertificate }}
tls_client_ca_file = "/secrets/tls/ca.crt"
{{- end }}
{{- else }}
allow_plaintext = true
{{- end }}
reflection = {{ .Values.reflection }}

[database]
{{- if eq .Values.database.kind "sqlite" }}
url = "sqlite:///data/glasklar.db"
{{- else }}
url_file = "/secrets/database/url"
{{- end }}
pool = {{ int .Values.database.pool }}

[keys]
encryption_key_file = "/keys/encryption.key"
index_key_file = "/keys/index.key"
checkpoint_key_file = "/keys/checkpoint.key"
origin = {{ toJson .Values.keys.origin }}
{{- range .Values.issuers }}

[[issuers]]
{{- range $key, $value := . }}
{{ $key }} = {{ toJson $value }}
{{- end }}
{{- end }}
{{- if .Values.mail.kind }}

[mail]
kind = {{ toJson .Values.mail.kind }}
command = {{ toJson .Values.mail.command }}
{{- with .Values.mail.from }}
from = {{ toJson . }}
{{- end }}
{{- end }}
{{- with .Values.extraConfig }}

{{ . | trim }}
{{- end }}
{{- end -}}

{{- define "glasklar.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "glasklar.resources" -}}
requests:
  cpu: {{ .Values.resources.cpu }}
  memory: {{ .Values.resources.memory }}
limits:
  memory: {{ .Values.resources.memory }}
{{- end -}}

{{/* Mounts of both containers; the database's URL is mounted by each from its own volume. */}}
{{- define "glasklar.sharedMounts" -}}
- name: config
  mountPath: /etc/glasklar
  readOnly: true
- name: keys
  mountPath: /keys
  readOnly: true
{{- if .Values.tls.existingSecret }}
- name: tls
  mountPath: /secrets/tls
  readOnly: true
{{- end }}
{{- if eq .Values.database.kind "sqlite" }}
- name: data
  mountPath: /data
{{- end }}
- name: spool
  mountPath: /tmp
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}
