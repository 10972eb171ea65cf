import { containerWords } from './classify.ts';
import { operands, programName, valueOfOption } from './command-words.ts';
import { programRules } from './danger-table.ts';
import { curlCall } from './http-command.ts';
import { sqlTexts } from './query-clients.ts';
import { hasMetaCommand, sqlDanger } from './query-danger.ts';

/** A source that the draft needs. Its variable has no value: nothing is contacted before a person sets it. */
export interface DraftedSource {
  readonly id: string;
  readonly type: string;
  /** The key of its configuration that the variable fills. */
  readonly key: string;
  readonly isList?: true;
  readonly variable: string;
  /** The value that the document mentions. */
  readonly found?: string;
}

/** An operation of a source with its parameters, before the source type has checked them. */
export interface OperationUse {
  readonly source: DraftedSource;
  readonly name: string;
  readonly with: Readonly<Record<string, unknown>>;
}

export const draftSources = {
  k8s: { id: 'k8s', type: 'kubernetes', key: 'context', variable: 'kubernetes-context' },
  docker: { id: 'docker', type: 'docker', key: 'socket', variable: 'docker-socket' },
  pg: { id: 'pg', type: 'postgres', key: 'url', variable: 'postgres-url' },
  kafka: { id: 'kafka', type: 'kafka', key: 'brokers', isList: true, variable: 'kafka-broker' },
  hosts: { id: 'hosts', type: 'host', key: 'ssh', isList: true, variable: 'host' },
  github: { id: 'github', type: 'github', key: 'repo', variable: 'github-repository' },
} as const satisfies Record<string, DraftedSource>;

const defined = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** 'deployment/api' or ['deployment', 'api'] as { deployment: 'api' }. */
const workload = (words: readonly string[]): Record<string, string> | undefined => {
  const [kind = '', name = words[1] ?? ''] = (words[0] ?? '').split('/');
  const full =
    { deploy: 'deployment', deployments: 'deployment', sts: 'statefulset', ds: 'daemonset' }[kind] ?? kind;
  return /^(?:deployment|statefulset|daemonset)$/.test(full) && name !== '' ? { [full]: name } : undefined;
};

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

const feeds: Readonly<Record<string, string>> = {
  pods: 'pods',
  pod: 'pods',
  po: 'pods',
  deployments: 'deployments',
  deploy: 'deployments',
  nodes: 'nodes',
  node: 'nodes',
  hpa: 'hpas',
};

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

const kubernetes = (words: readonly string[]): OperationUse | undefined => {
  const rest = words.slice(1);
  const namespace = valueOfOption(rest, '-n', '--namespace');
  const named = operands(rest, programRules.kubectl?.valued);
  const [verb = '', second = ''] = named;
  if (!isCarried(named, rest)) return undefined;
  const on = (name: string, params: Record<string, unknown> | undefined): OperationUse | undefined =>
    params && { source: draftSources.k8s, name, with: defined({ ...params, namespace }) };
  if (verb === 'rollout') {
    const of = workload(named.slice(2));
    if (second === 'status' && of !== undefined)
      return on('rollout', { object: Object.entries(of)[0]?.join('/') });
    if (second === 'restart') return on('restart', of);
    return second === 'undo'
      ? on('rollback', of && { ...of, revision: number(valueOfOption(rest, '--to-revision')) })
      : undefined;
  }
  if (verb === 'scale')
    return on('scale', { ...workload(named.slice(1)), replicas: number(valueOfOption(rest, '--replicas')) });
  if (verb === 'set' && second === 'image')
    return on('setImage', { ...workload(named.slice(2)), image: named.at(-1) });
  if (verb === 'set' && second === 'env') {
    const pairs = named
      .filter((word) => word.includes('='))
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
    return on('setEnv', { ...workload(named.slice(2)), env: Object.fromEntries(pairs) });
  }
  if (verb === 'describe' && named.length >= 2)
    return on('describe', { object: second.includes('/') ? second : `${second}/${named[2] ?? ''}` });
  if (verb === 'logs') {
    const of = workload(named.slice(1));
    const lines = number(valueOfOption(rest, '--tail'));
    const selector = valueOfOption(rest, '-l', '--selector');
    const target = of ?? (selector === undefined ? { pod: second.replace(/^pods?\//, '') } : { selector });
    const previous = rest.includes('-p') || rest.includes('--previous') ? true : undefined;
    return on('logs', {
      ...target,
      lines,
      since: valueOfOption(rest, '--since'),
      container: valueOfOption(rest, '-c', '--container'),
      previous,
    });
  }
  if (verb === 'delete' && named.length === 3) return on('delete', { kind: second, name: named[2] });
  if (verb === 'apply') {
    const file = valueOfOption(rest, '-f', '--filename');
    return file === undefined || file === '-' || rest.includes('-k')
      ? undefined
      : on('apply', { files: [file] });
  }
  if (verb === 'cordon' || verb === 'uncordon' || verb === 'drain')
    return { source: draftSources.k8s, name: verb, with: { node: second } };
  const feed = verb === 'get' || verb === 'top' ? feeds[second] : undefined;
  // A selector or a template shows less than the feed, or something else.
  const isPlain = rest.every(
    (word) =>
      !word.startsWith('-') ||
      /^(?:-n|--namespace(?:=.*)?|-A|--all-namespaces|-o|-w|--watch|--sort-by=.*)$/.test(word),
  );
  const isTemplate = !/^(?:wide)?$/.test(valueOfOption(rest, '-o', '--output') ?? '');
  if (feed === undefined || named.length > 2 || !isPlain || isTemplate) return undefined;
  // A feed reads the namespaces of its source.
  const found = namespace === undefined ? {} : { found: `namespace ${namespace}` };
  return { source: { ...draftSources.k8s, ...found }, name: feed, with: {} };
};

const docker = (words: readonly string[], isCompose: boolean): OperationUse | undefined => {
  const rest = words.slice(1);
  const [verb = '', target] = operands(rest, programRules.docker?.valued);
  const of = defined(isCompose ? { service: target } : { container: target });
  const plain = target !== undefined && operands(rest, programRules.docker?.valued).length === 2;
  if (/^(?:start|stop|restart|kill)$/.test(verb) && plain && rest.length === 2)
    return { source: draftSources.docker, name: verb, with: of };
  if (verb === 'logs' && plain)
    return {
      source: draftSources.docker,
      name: 'logs',
      with: defined({
        ...of,
        lines: number(valueOfOption(rest, '--tail', '-n')),
        since: valueOfOption(rest, '--since'),
      }),
    };
  if (verb === 'ps') return { source: draftSources.docker, name: 'containers', with: {} };
  return verb === 'pull' && plain && !isCompose
    ? { source: draftSources.docker, name: 'pull', with: { image: target } }
    : undefined;
};

const http = (words: readonly string[]): OperationUse | undefined => {
  const call = curlCall(words.slice(1));
  if (call === undefined || !URL.canParse(call.url)) return undefined;
  const { method, url: text, headers: lines, body } = call;
  const url = new URL(text);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const id = `http-${slug(url.host)}`;
  const source: DraftedSource = {
    id,
    type: 'http',
    key: 'url',
    variable: `url-${slug(url.host)}`,
    found: url.origin,
  };
  // As in the runbook: percent-encoding is that of its author. A fragment is not sent.
  const [, path = ''] = /^[a-z][\w+.-]*:\/\/[^/?#]*([^#]*)/i.exec(text) ?? [];
  return {
    source,
    name: 'request',
    with: defined({
      method,
      path: path.startsWith('/') ? path : `/${path}`,
      headers: lines.length > 0 ? headers : undefined,
      body,
    }),
  };
};

export const sqlOperation = (text: string, database: string | undefined): OperationUse => {
  const isRead = sqlDanger(text) === 'read';
  const statement = text.replace(/;\s*$/, '').trim();
  return {
    source: draftSources.pg,
    name: isRead ? 'query' : 'execute',
    with: defined({ sql: statement, database }),
  };
};

const kafka = (words: readonly string[]): OperationUse | undefined => {
  const name = programName(words[0] ?? '').replace(/\.sh$/, '');
  const value = (option: string): string | undefined => valueOfOption(words, option);
  const topic = value('--topic');
  const group = value('--group');
  const on = (operation: string, params: Record<string, unknown> = {}): OperationUse => ({
    source: draftSources.kafka,
    name: operation,
    with: params,
  });
  if (name === 'kafka-consumer-groups' && words.includes('--describe'))
    return group === undefined ? on('groups') : on('describe', { group });
  if (name === 'kafka-consumer-groups' && words.includes('--list')) return on('groups');
  if (name !== 'kafka-topics') return undefined;
  if (words.includes('--list')) return on('topics');
  if (words.includes('--describe')) return topic === undefined ? on('topics') : on('topic', { topic });
  const partitions = number(value('--partitions'));
  if (words.includes('--create'))
    return on('createTopic', { topic, partitions, replication: number(value('--replication-factor')) });
  return words.includes('--alter') ? on('addPartitions', { topic, count: partitions }) : undefined;
};

const databaseOf = (words: readonly string[]): string | undefined =>
  valueOfOption(words, '-d', '--dbname') ?? undefined;

/** Programs inside a container or a pod: the operation of their own source first, otherwise the program itself. */
const inContainer = (words: readonly string[], inner: readonly string[]): OperationUse | undefined => {
  const own = knownOperation(inner, true);
  if (own !== undefined) return own;
  if (/^kube/.test(programName(words[0] ?? '')) || words[0] === 'oc') {
    const before = words.slice(1, words.indexOf('--'));
    const [, target = ''] = operands(before, programRules.kubectl?.valued);
    const [kind, name = kind] = target.split('/');
    const of =
      !target.includes('/') || kind === 'pod'
        ? { pod: name }
        : kind === 'deployment' || kind === 'deploy'
          ? { deployment: name, first: true }
          : { selector: target, first: true };
    const namespace = valueOfOption(before, '-n', '--namespace');
    const container = valueOfOption(before, '-c', '--container');
    return {
      source: draftSources.k8s,
      name: 'exec',
      with: defined({ ...of, container, argv: inner, namespace }),
    };
  }
  // A service of Compose has no fixed container name.
  if (/compose/.test(words.slice(0, 2).join(' '))) return undefined;
  const [, container] = operands(words.slice(1), programRules.docker?.valued);
  return { source: draftSources.docker, name: 'exec', with: { container, argv: inner } };
};

/** Programs that wait for a person or never end: no operation shows them. */
export const isInteractive = (words: readonly string[]): boolean =>
  /^(?:top|htop|less|more|vi|vim|nano|psql|mysql|redis-cli|mongosh?|bash|sh|zsh|tail|watch|ssh|su|stern|k9s)$/.test(
    programName(words[0] ?? ''),
  ) &&
  (words.length === 1 ||
    !words.some((word) => /^(?:-c|-e|--eval|--command|-b|-n\d*)$/.test(word)) ||
    words.includes('-f'));

export const innerWords = containerWords;

/** Maps a program to an operation of its own source type; undefined when there is none. */
export const knownOperation = (words: readonly string[], isInside = false): OperationUse | undefined => {
  const name = programName(words[0] ?? '');
  const inner = innerWords(words);
  if (inner !== undefined)
    return inner.length === 0 || isInteractive(inner) ? undefined : inContainer(words, inner);
  if (/^(?:kubectl|oc|k)$/.test(name)) return kubernetes(words);
  if (name === 'docker-compose') return docker(words, true);
  if (name === 'docker') return words[1] === 'compose' ? docker(words.slice(1), true) : docker(words, false);
  if (name === 'curl' && !isInside) return http(words);
  if (name === 'psql') {
    const [text, ...others] = sqlTexts('psql', words.slice(1)) ?? [];
    return text === undefined || others.length > 0 || hasMetaCommand(text)
      ? undefined
      : sqlOperation(text, databaseOf(words));
  }
  if (/^kafka-/.test(name)) return kafka(words);
  if (name === 'systemctl' && !isInside) {
    const [verb = '', unit, more] = operands(words.slice(1));
    const isLost = !/^(?:status|show|cat|is-\w+)$/.test(verb) && words.some((word) => word.startsWith('-'));
    return unit === undefined || more !== undefined || isLost
      ? undefined
      : {
          source: draftSources.hosts,
          name: 'systemctl',
          with: { unit: unit.replace(/\.service$/, ''), verb },
        };
  }
  // Inputs of a workflow have no parameter.
  const isPlainRun = words.length === 4 || (words.length === 6 && /^(?:--ref|-r)$/.test(words[4] ?? ''));
  if (name === 'gh' && words[1] === 'workflow' && words[2] === 'run' && isPlainRun)
    return {
      source: draftSources.github,
      name: 'dispatch',
      with: defined({ workflow: words[3], ref: valueOfOption(words, '--ref', '-r') }),
    };
  return undefined;
};
