"""The stack on this machine: moto in-process, handlers driven as Lambda would."""
