import fc from 'fast-check';

/** Properties try the same cases in every run; `OPSDECK_SEED=NUMBER` tries others. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.OPSDECK_SEED ?? 20_261_121) });
