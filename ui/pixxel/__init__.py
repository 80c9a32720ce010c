"""Pixxel in the Hub, the Browser and the search dock."""
