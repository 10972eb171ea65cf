import { type BuiltGo, builtGo, requiredVersion } from '../provision/go.ts';
import type { Machine } from '../servers/server.ts';

const dir = 'test/real/loki/server';
const loki = 'github.com/grafana/loki/v3';

/** The version of Loki to build, without the `v`. */
export const lokiVersion = async (): Promise<string> => (await requiredVersion(dir, loki)).slice(1);

/** Builds Loki's program; our Go module pins the version. */
export const builtLoki = async (machine: Machine): Promise<BuiltGo> => {
  const version = await lokiVersion();
  const variables = { [`${loki}/pkg/util/build.Version`]: version };
  return builtGo({ name: 'loki', dir, package: `${loki}/cmd/loki`, version, variables }, machine);
};
