#!/bin/sh
# Writes .env for compose.yaml: a password for each role and part, and the caller's key pair.
# Leaves an .env that is there alone: its passwords are the ones inside the databases.
set -eu
umask 077
cd "$(dirname "$0")/.."
[ -e .env ] && { echo ".env is there already; remove it and the volumes (docker compose down --volumes) to begin anew." >&2; exit 1; }
command -v openssl >/dev/null || { echo "openssl is needed to make the keys." >&2; exit 1; }

password() { openssl rand -hex 24; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The last 32 bytes of an Ed25519 key in DER are the key itself, private and public alike.
openssl genpkey -algorithm ed25519 -outform DER -out "$folder/key"
private=$(tail -c 32 "$folder/key" | base64url)
public=$(openssl pkey -inform DER -in "$folder/key" -pubout -outform DER | tail -c 32 | base64url)

{
    echo "# Made by tools/compose-env.sh. Keep it to yourself."
    echo "PORTICO_PORT=8700"
    echo "POSTGRES_PASSWORD=$(password)"
    for service in IDENTITY CASES DOCUMENTS KNOWLEDGE BILLING_VIEW NOTIFIER; do
        echo "${service}_APP_PASSWORD=$(password)"
        echo "${service}_MIGRATOR_PASSWORD=$(password)"
    done
    echo "RABBITMQ_PASSWORD=$(password)"
    echo "S3_ACCESS_KEY=$(openssl rand -hex 10)"
    echo "S3_SECRET_KEY=$(password)"
    echo "CALLER_PUBLIC_KEY='{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"$public\"}'"
    echo "CALLER_PRIVATE_KEY='{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"$public\",\"d\":\"$private\"}'"
    echo "MAIL_KEYS=$(openssl rand 32 | base64url)"
    echo "VAULT_KEYS=$(openssl rand 32 | base64url)"
    echo "# A mail server of your own: without it mails land in the mailbox page at http://localhost:8025."
    echo "SMTP_HOST=mail"
    echo "SMTP_PORT=1025"
    echo "SMTP_TLS=none"
    echo "SMTP_USERNAME="
    echo "SMTP_PASSWORD="
    echo "MAIL_FROM=portal@portico.example"
} > "$folder/env"
mv "$folder/env" .env
echo "Wrote .env. Next: docker compose up --build"
