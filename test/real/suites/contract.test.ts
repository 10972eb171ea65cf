import { beforeAll, describe } from 'vitest';
import { promises } from '../../contract/promises.ts';
import { rigsOf } from '../rigs/of.ts';
import { strangerTo, underTest } from '../setting.ts';
import { realStage } from '../stage.ts';

const server = underTest();

for (const real of rigsOf(server))
  describe(`${real.rig.type} contract`, () => {
    beforeAll(() => real.settled?.(server));
    promises(realStage(real, server, strangerTo(server)));
  });
