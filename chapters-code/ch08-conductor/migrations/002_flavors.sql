-- The five flavors that a fresh Mitaka cloud has.

INSERT INTO flavors (flavorid, name, memory_mb, vcpus, root_gb, ephemeral_gb, swap, rxtx_factor,
                     is_public, disabled, extra_specs)
VALUES ('1', 'm1.tiny',     512, 1,   1, 0, 0, 1.0, 1, 0, '{}'),
       ('2', 'm1.small',   2048, 1,  20, 0, 0, 1.0, 1, 0, '{}'),
       ('3', 'm1.medium',  4096, 2,  40, 0, 0, 1.0, 1, 0, '{}'),
       ('4', 'm1.large',   8192, 4,  80, 0, 0, 1.0, 1, 0, '{}'),
       ('5', 'm1.xlarge', 16384, 8, 160, 0, 0, 1.0, 1, 0, '{}');
