DROP TABLE pattern_reference;
