import { eventmeshRelease } from '../cases/eventmesh-release.ts';
import { eventmeshExpected } from '../expected/eventmesh.ts';
import { eventmesh } from '../suites/eventmesh.ts';
import { mutationTest } from './mutate-system.ts';

mutationTest('eventmesh', [...eventmesh, eventmeshRelease], eventmeshExpected);
