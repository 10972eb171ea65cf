import { type BuiltGo, builtGo, requiredVersion } from '../provision/go.ts';
import type { Machine } from '../servers/server.ts';

const dir = 'test/real/loki/server';
const loki = 'github.com/grafana/loki/v3';

/** The Loki that is built, without the `v`. */
export const lokiVersion = async (): Promise<string> => (await requiredVersion(dir, loki)).slice(1);

/** Loki's own program, by a module of ours that says which version. */
export const builtLoki = async (machine: Machine): Promise<BuiltGo> => {
  const version = await lokiVersion();
  const variables = { [`${loki}/pkg/util/build.Version`]: version };
  return builtGo({ name: 'loki', dir, package: `${loki}/cmd/loki`, version, variables }, machine);
};
