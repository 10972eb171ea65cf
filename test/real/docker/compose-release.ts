import { type BuiltGo, builtGo, requiredVersion } from '../provision/go.ts';
import type { Machine } from '../servers/server.ts';

const dir = 'test/real/docker/compose';
const compose = 'github.com/docker/compose/v2';

/** The version of Compose to build, without the `v`. */
export const composeVersion = async (): Promise<string> => (await requiredVersion(dir, compose)).slice(1);

/** Builds Compose's plugin of the Docker CLI; our Go module pins the version. */
export const builtCompose = async (machine: Machine): Promise<BuiltGo> => {
  const version = await composeVersion();
  const variables = { [`${compose}/internal.Version`]: `v${version}` };
  return builtGo({ name: 'docker-compose', dir, package: `${compose}/cmd`, version, variables }, machine);
};
