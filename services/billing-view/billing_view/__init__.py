"""Invoices as the CRM feeds them."""
