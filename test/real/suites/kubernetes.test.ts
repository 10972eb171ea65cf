import { afterAll, beforeAll, describe } from 'vitest';
import { pacePromises } from '../../contract/pace.ts';
import { promises } from '../../contract/promises.ts';
import { createContractObjects } from '../kubernetes/contract.ts';
import { kubernetesStage } from '../rigs/kubernetes.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const stage = kubernetesStage(server);
let objects: AsyncDisposable | undefined;

beforeAll(async () => {
  objects = await createContractObjects(server);
});
afterAll(() => objects?.[Symbol.asyncDispose]());

describe('kubernetes contract', () => promises(stage));
describe('kubernetes pace', () => pacePromises(stage));
