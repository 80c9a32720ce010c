# `make` alone says what there is. Every target does its own set-up first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup

PYTHON := .venv/bin/python

help: ## Say what the targets do.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Install QGIS and the virtual environment where they are missing; a second run takes a second.
	@tools/setup.sh
