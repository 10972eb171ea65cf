import { containerWords } from './classify.ts';
import { operands, programName, valueOfOption } from './command-words.ts';
import { programRules } from './danger-table.ts';
import {
  commandNumber,
  type DraftedSource,
  draftSources,
  type OperationUse,
  setParams,
} from './drafted-operation.ts';
import { curlCall } from './http-command.ts';
import { kubectlOperation } from './kubectl-operation.ts';
import { sqlTexts } from './query-clients.ts';
import { hasMetaCommand, sqlDanger } from './query-danger.ts';

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

const docker = (words: readonly string[], isCompose: boolean): OperationUse | undefined => {
  const rest = words.slice(1);
  const [verb = '', target] = operands(rest, programRules.docker?.valued);
  const of = setParams(isCompose ? { service: target } : { container: target });
  const plain = target !== undefined && operands(rest, programRules.docker?.valued).length === 2;
  if (/^(?:start|stop|restart|kill)$/.test(verb) && plain && rest.length === 2)
    return { source: draftSources.docker, name: verb, with: of };
  if (verb === 'logs' && plain)
    return {
      source: draftSources.docker,
      name: 'logs',
      with: setParams({
        ...of,
        lines: commandNumber(valueOfOption(rest, '--tail', '-n')),
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
    with: setParams({
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
    with: setParams({ sql: statement, database }),
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
  const partitions = commandNumber(value('--partitions'));
  if (words.includes('--create'))
    return on('createTopic', {
      topic,
      partitions,
      replication: commandNumber(value('--replication-factor')),
    });
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
      with: setParams({ ...of, container, argv: inner, namespace }),
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

const psql = (words: readonly string[]): OperationUse | undefined => {
  const [text, ...others] = sqlTexts('psql', words.slice(1)) ?? [];
  return text === undefined || others.length > 0 || hasMetaCommand(text)
    ? undefined
    : sqlOperation(text, databaseOf(words));
};

const systemctl = (words: readonly string[]): OperationUse | undefined => {
  const [verb = '', unit, more] = operands(words.slice(1));
  const isLost = !/^(?:status|show|cat|is-\w+)$/.test(verb) && words.some((word) => word.startsWith('-'));
  return unit === undefined || more !== undefined || isLost
    ? undefined
    : {
        source: draftSources.hosts,
        name: 'systemctl',
        with: { unit: unit.replace(/\.service$/, ''), verb },
      };
};

/** `gh workflow run`, without inputs: they have no parameter. */
const gh = (words: readonly string[]): OperationUse | undefined => {
  const [, command, verb, workflow, option = ''] = words;
  const isPlain = words.length === 4 || (words.length === 6 && /^(?:--ref|-r)$/.test(option));
  if (command !== 'workflow' || verb !== 'run' || !isPlain) return undefined;
  return {
    source: draftSources.github,
    name: 'dispatch',
    with: setParams({ workflow, ref: valueOfOption(words, '--ref', '-r') }),
  };
};

type ProgramOperation = (words: readonly string[]) => OperationUse | undefined;

/** The programs with operations of their own, wherever they run. */
const anywhere: ReadonlyMap<string, ProgramOperation> = new Map([
  ['kubectl', kubectlOperation],
  ['oc', kubectlOperation],
  ['k', kubectlOperation],
  ['docker-compose', (words) => docker(words, true)],
  ['docker', (words) => (words[1] === 'compose' ? docker(words.slice(1), true) : docker(words, false))],
  ['psql', psql],
  ['gh', gh],
]);
/** Those that reach another system from the inside of a container than from here. */
const fromHere: ReadonlyMap<string, ProgramOperation> = new Map([
  ['curl', http],
  ['systemctl', systemctl],
]);

/** Maps a program to an operation of its own source type; undefined when there is none. */
export const knownOperation = (words: readonly string[], isInside = false): OperationUse | undefined => {
  const inner = innerWords(words);
  if (inner !== undefined)
    return inner.length === 0 || isInteractive(inner) ? undefined : inContainer(words, inner);
  const name = programName(words[0] ?? '');
  const own = anywhere.get(name) ?? (isInside ? undefined : fromHere.get(name));
  return own?.(words) ?? (name.startsWith('kafka-') ? kafka(words) : undefined);
};
