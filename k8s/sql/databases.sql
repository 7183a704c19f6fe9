-- Roles and databases of one installation, made by a superuser with psql 14 or newer:
--     psql -h HOST -U postgres -d postgres -f databases.sql
-- Passwords come from the environment: IDENTITY_APP_PASSWORD, IDENTITY_MIGRATOR_PASSWORD, CASES_..., and
-- so on. Safe to run again: it adds what is missing and sets the passwords to those given.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

\set service identity
\getenv app_password IDENTITY_APP_PASSWORD
\getenv migrator_password IDENTITY_MIGRATOR_PASSWORD
\ir service.psql

\set service cases
\getenv app_password CASES_APP_PASSWORD
\getenv migrator_password CASES_MIGRATOR_PASSWORD
\ir service.psql

\set service documents
\getenv app_password DOCUMENTS_APP_PASSWORD
\getenv migrator_password DOCUMENTS_MIGRATOR_PASSWORD
\ir service.psql

\set service knowledge
\getenv app_password KNOWLEDGE_APP_PASSWORD
\getenv migrator_password KNOWLEDGE_MIGRATOR_PASSWORD
\ir service.psql

\set service billing_view
\getenv app_password BILLING_VIEW_APP_PASSWORD
\getenv migrator_password BILLING_VIEW_MIGRATOR_PASSWORD
\ir service.psql

\set service notifier
\getenv app_password NOTIFIER_APP_PASSWORD
\getenv migrator_password NOTIFIER_MIGRATOR_PASSWORD
\ir service.psql
