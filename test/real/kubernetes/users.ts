import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secret } from '../../contract/wired.ts';

/** The users of suites; `admin` has all permissions. */
export type Person =
  | 'admin'
  /** Reads everything except secrets: the built-in role `view`, and nodes. */
  | 'viewer'
  /** Gets a pod or a deployment by name; can neither list nor watch. */
  | 'getter'
  /** Its token is the contract suite's secret; the suite grants and revokes its permissions. */
  | 'contract'
  /** Authenticated, but without permissions. */
  | 'nobody'
  /** Its token is unknown to the cluster: 401. */
  | 'expired';

/** Components of the cluster that call the API server. */
type Component =
  | 'kwok'
  | 'system:kube-controller-manager'
  | 'system:kube-scheduler'
  | `system:node:${typeof trueNode}`;

/** The one node that runs containers. */
export const trueNode = 'true-node';

interface UserEntry {
  readonly user: Person | Component;
  readonly group: string;
}

const users: readonly UserEntry[] = [
  { user: 'admin', group: 'system:masters' },
  { user: 'viewer', group: 'opsdeck:viewers' },
  { user: 'getter', group: 'opsdeck:getters' },
  { user: 'contract', group: 'opsdeck:contract' },
  { user: 'nobody', group: 'opsdeck:nobodies' },
  { user: 'kwok', group: 'system:masters' },
  { user: 'system:kube-controller-manager', group: 'system:masters' },
  { user: 'system:kube-scheduler', group: 'system:masters' },
  { user: `system:node:${trueNode}`, group: 'system:nodes' },
];

/** Path of a user's kubeconfig in the directory that an address names. */
export const kubeconfigIn = (dir: string, user: Person | Component): string =>
  join(dir, `${user.replaceAll(':', '-')}.kubeconfig`);

/** Address of the API server. */
export interface Endpoint {
  readonly server: string;
  /** CA certificate (PEM) of the API server. */
  readonly ca: string;
}

/** Writes a token and a kubeconfig per user into `dir`; returns the path of the API server's token file. */
export const writeUsers = async (dir: string, endpoint: Endpoint): Promise<string> => {
  await mkdir(dir, { recursive: true });
  const rows: string[] = [];
  for (const { user, group } of users) {
    const token = user === 'contract' ? secret : randomBytes(24).toString('hex');
    rows.push(`${token},${user},${user},"${group}"`);
    await writeFile(kubeconfigIn(dir, user), kubeconfigText(user, token, endpoint));
  }
  await writeFile(
    kubeconfigIn(dir, 'expired'),
    kubeconfigText('expired', randomBytes(24).toString('hex'), endpoint),
  );
  const file = join(dir, 'tokens.csv');
  await writeFile(file, `${rows.join('\n')}\n`);
  return file;
};

/** Returns a kubeconfig as JSON, which is valid YAML. */
const kubeconfigText = (user: string, token: string, { server, ca }: Endpoint): string =>
  JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'real',
          cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
        },
      ],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: `${user}@real`, context: { cluster: 'real', user } }],
      'current-context': `${user}@real`,
    },
    null,
    2,
  );
