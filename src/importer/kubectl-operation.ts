import { operands, valueOfOption } from './command-words.ts';
import { programRules } from './danger-table.ts';
import { commandNumber, draftSources, type OperationUse, setParams } from './drafted-operation.ts';

/** 'deployment/api' or ['deployment', 'api'] as { deployment: 'api' }. */
const workload = (words: readonly string[]): Record<string, string> | undefined => {
  const [kind = '', name = words[1] ?? ''] = (words[0] ?? '').split('/');
  const full =
    { deploy: 'deployment', deployments: 'deployment', sts: 'statefulset', ds: 'daemonset' }[kind] ?? kind;
  return /^(?:deployment|statefulset|daemonset)$/.test(full) && name !== '' ? { [full]: name } : undefined;
};

const feeds: ReadonlyMap<string, string> = new Map([
  ['pods', 'pods'],
  ['pod', 'pods'],
  ['po', 'pods'],
  ['deployments', 'deployments'],
  ['deploy', 'deployments'],
  ['nodes', 'nodes'],
  ['node', 'nodes'],
  ['hpa', 'hpas'],
]);

/** Options of changing verbs that their operation carries, or that change only how the command prints and waits. */
const carriedOptions: Readonly<Record<string, RegExp>> = {
  rollout: /^--(?:to-revision|timeout|watch)(?:=|$)/,
  scale: /^--(?:replicas|timeout)(?:=|$)/,
  set: /^$/,
  delete: /^--wait=true$/,
  apply: /^(?:-f$|--filename(?:=|$))/,
  drain: /^--(?:ignore-daemonsets|delete-emptydir-data)$/,
  cordon: /^$/,
  uncordon: /^$/,
};

/** Returns whether all objects and options of a command reach its operation. */
const isCarried = (named: readonly string[], rest: readonly string[]): boolean => {
  const [verb = '', second = ''] = named;
  const carried = Object.hasOwn(carriedOptions, verb) ? carriedOptions[verb] : undefined;
  if (carried === undefined) return true;
  const objects = (verb === 'scale' ? named.slice(1) : named.slice(2)).filter((word) => !word.includes('='));
  if (/^(?:rollout|scale|set)$/.test(verb) && objects.length > (objects[0]?.includes('/') ? 1 : 2))
    return false;
  if (verb === 'set' && second === 'image' && named.filter((word) => word.includes('=')).length !== 1)
    return false;
  if (/^(?:cordon|uncordon|drain)$/.test(verb) && named.length !== 2) return false;
  const files = rest.filter((word) => /^(?:-f|--filename)(?:=|$)/.test(word));
  return (
    files.length <= 1 &&
    rest.every(
      (word) => !word.startsWith('-') || /^(?:-n|--namespace(?:=.*)?)$/.test(word) || carried.test(word),
    )
  );
};

/** A command of kubectl. */
interface KubectlCommand {
  /** The words after the program. */
  readonly rest: readonly string[];
  /** Those without options: the verb and its objects. */
  readonly named: readonly string[];
  readonly namespace: string | undefined;
}

/** An operation in the namespace of a command; undefined without parameters. */
const inNamespace = (
  { namespace }: KubectlCommand,
  name: string,
  params: Readonly<Record<string, unknown>> | undefined,
): OperationUse | undefined =>
  params && { source: draftSources.k8s, name, with: setParams({ ...params, namespace }) };

const rollout = (command: KubectlCommand): OperationUse | undefined => {
  const { named, rest } = command;
  const object = workload(named.slice(2));
  if (object === undefined) return undefined;
  switch (named[1]) {
    case 'status':
      return inNamespace(command, 'rollout', { object: Object.entries(object)[0]?.join('/') });
    case 'restart':
      return inNamespace(command, 'restart', object);
    case 'undo':
      return inNamespace(command, 'rollback', {
        ...object,
        revision: commandNumber(valueOfOption(rest, '--to-revision')),
      });
    default:
      return undefined;
  }
};

const set = (command: KubectlCommand): OperationUse | undefined => {
  const { named } = command;
  const object = workload(named.slice(2));
  if (named[1] === 'image') return inNamespace(command, 'setImage', { ...object, image: named.at(-1) });
  if (named[1] !== 'env') return undefined;
  const pairs = named
    .filter((word) => word.includes('='))
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  return inNamespace(command, 'setEnv', { ...object, env: Object.fromEntries(pairs) });
};

const logs = (command: KubectlCommand): OperationUse | undefined => {
  const { named, rest } = command;
  const selector = valueOfOption(rest, '-l', '--selector');
  const pod = { pod: (named[1] ?? '').replace(/^pods?\//, '') };
  return inNamespace(command, 'logs', {
    ...(workload(named.slice(1)) ?? (selector === undefined ? pod : { selector })),
    lines: commandNumber(valueOfOption(rest, '--tail')),
    since: valueOfOption(rest, '--since'),
    container: valueOfOption(rest, '-c', '--container'),
    previous: rest.includes('-p') || rest.includes('--previous') ? true : undefined,
  });
};

const apply = (command: KubectlCommand): OperationUse | undefined => {
  const file = valueOfOption(command.rest, '-f', '--filename');
  return file === undefined || file === '-' || command.rest.includes('-k')
    ? undefined
    : inNamespace(command, 'apply', { files: [file] });
};

const describe = (command: KubectlCommand): OperationUse | undefined => {
  const [, object, name = ''] = command.named;
  if (object === undefined) return undefined;
  return inNamespace(command, 'describe', { object: object.includes('/') ? object : `${object}/${name}` });
};

const onNode = ({ named: [verb = '', node] }: KubectlCommand): OperationUse => ({
  source: draftSources.k8s,
  name: verb,
  with: { node },
});

/** Options of reading verbs that show the rows of a feed. */
const plainOption = /^(?:-n|--namespace(?:=.*)?|-A|--all-namespaces|-o|-w|--watch|--sort-by=.*)$/;

/** The feed that shows what a command lists. A selector or a template shows less, or something else. */
const listed = ({ named, rest, namespace }: KubectlCommand): OperationUse | undefined => {
  const feed = feeds.get(named[1] ?? '');
  const isPlain = rest.every((word) => !word.startsWith('-') || plainOption.test(word));
  const isTemplate = !/^(?:wide)?$/.test(valueOfOption(rest, '-o', '--output') ?? '');
  if (feed === undefined || named.length > 2 || !isPlain || isTemplate) return undefined;
  // A feed reads the namespaces of its source.
  const found = namespace === undefined ? {} : { found: `namespace ${namespace}` };
  return { source: { ...draftSources.k8s, ...found }, name: feed, with: {} };
};

/** The operation of each verb. */
const verbs: ReadonlyMap<string, (command: KubectlCommand) => OperationUse | undefined> = new Map([
  ['rollout', rollout],
  [
    'scale',
    (command) =>
      inNamespace(command, 'scale', {
        ...workload(command.named.slice(1)),
        replicas: commandNumber(valueOfOption(command.rest, '--replicas')),
      }),
  ],
  ['set', set],
  ['describe', describe],
  ['logs', logs],
  [
    'delete',
    (command) => {
      const [, kind, name, ...others] = command.named;
      return name === undefined || others.length > 0
        ? undefined
        : inNamespace(command, 'delete', { kind, name });
    },
  ],
  ['apply', apply],
  ['cordon', onNode],
  ['uncordon', onNode],
  ['drain', onNode],
  ['get', listed],
  ['top', listed],
]);

/** Maps a command of kubectl to an operation of a Kubernetes source; undefined when there is none. */
export const kubectlOperation = (words: readonly string[]): OperationUse | undefined => {
  const rest = words.slice(1);
  const named = operands(rest, programRules.kubectl?.valued);
  if (!isCarried(named, rest)) return undefined;
  const namespace = valueOfOption(rest, '-n', '--namespace');
  return verbs.get(named[0] ?? '')?.({ rest, named, namespace });
};
