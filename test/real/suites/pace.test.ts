import { beforeAll, describe } from 'vitest';
import { pacePromises } from '../../contract/pace.ts';
import { rigsOf } from '../rigs/of.ts';
import { strangerTo, underTest } from '../setting.ts';
import { realStage } from '../stage.ts';

const server = underTest();

for (const real of rigsOf(server))
  describe(`${real.rig.type} pace`, () => {
    beforeAll(() => real.settled?.(server));
    pacePromises(realStage(real, server, strangerTo(server)));
  });
