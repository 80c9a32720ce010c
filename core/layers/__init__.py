"""From a platform's files and addresses to layers: conversion, style, provenance, streaming, capture times."""
