import { afterAll, beforeAll, describe } from 'vitest';
import { pacePromises } from '../../contract/pace.ts';
import { promises } from '../../contract/promises.ts';
import { furnish } from '../kubernetes/contract.ts';
import { kubernetesStage } from '../rigs/kubernetes.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const stage = kubernetesStage(server);
let furnished: AsyncDisposable | undefined;

beforeAll(async () => {
  furnished = await furnish(server);
});
afterAll(() => furnished?.[Symbol.asyncDispose]());

describe('kubernetes contract', () => promises(stage));
describe('kubernetes pace', () => pacePromises(stage));
