"""The PKI application of version 3.00 cards: key pairs, certificates, signatures."""
