import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secret } from '../../contract/wired.ts';

/** The users that suites are; `admin` may do everything. */
export type Person =
  | 'admin'
  /** Reads everything but secrets, changes nothing: the built-in role `view`, and nodes. */
  | 'viewer'
  /** May get a pod or a deployment by its name, and may neither list nor watch. */
  | 'getter'
  /** Has the contract suite's secret for a token, and the rights that the suite gives and takes. */
  | 'contract'
  /** Is known, and may do nothing. */
  | 'nobody'
  /** Has a token that the cluster does not know (any more), and is answered 401. */
  | 'expired';

/** The parts of the cluster that ask it as well. */
type Part =
  | 'kwok'
  | 'system:kube-controller-manager'
  | 'system:kube-scheduler'
  | `system:node:${typeof trueNode}`;

/** The one node that runs containers. */
export const trueNode = 'true-node';

interface Known {
  readonly user: Person | Part;
  readonly group: string;
}

const users: readonly Known[] = [
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

/** Where the files are that speak for users, below the directory that an address names. */
export const kubeconfigIn = (dir: string, user: Person | Part): string =>
  join(dir, `${user.replaceAll(':', '-')}.kubeconfig`);

/** How everybody reaches the apiserver. */
export interface Door {
  readonly server: string;
  /** PEM: what the apiserver's certificate is checked with. */
  readonly ca: string;
}

/** Makes a token per user: a kubeconfig each into `dir`, and the apiserver's own list of them, whose path is given. */
export const writeUsers = async (dir: string, door: Door): Promise<string> => {
  await mkdir(dir, { recursive: true });
  const rows: string[] = [];
  for (const { user, group } of users) {
    const token = user === 'contract' ? secret : randomBytes(24).toString('hex');
    rows.push(`${token},${user},${user},"${group}"`);
    await writeFile(kubeconfigIn(dir, user), kubeconfigText(user, token, door));
  }
  await writeFile(
    kubeconfigIn(dir, 'expired'),
    kubeconfigText('expired', randomBytes(24).toString('hex'), door),
  );
  const file = join(dir, 'tokens.csv');
  await writeFile(file, `${rows.join('\n')}\n`);
  return file;
};

/** JSON is YAML. */
const kubeconfigText = (user: string, token: string, { server, ca }: Door): string =>
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
