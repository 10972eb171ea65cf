import type { Environment } from '../../model/environment.ts';
import type { Messaging } from '../../model/messaging/messaging.ts';
import type { ToolOutput } from './file-tools.ts';
import { mongodump, mongorestore } from './mongo-tools.ts';

/** The container that a program runs in. */
interface ProgramContainer {
  /** Compose service. */
  readonly service: string;
  /** Variables that it was created with. */
  readonly env: Readonly<Record<string, string>>;
}

const optionOf = (args: readonly string[], name: string): string | undefined =>
  args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1) ??
  (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

/** printenv(1): `NAME…`; status 1 if one is not set. */
const printenv = (names: readonly string[], variables: Readonly<Record<string, string>>): ToolOutput => {
  const values = names.flatMap((name) => variables[name] ?? []);
  return { out: values.map((value) => `${value}\n`).join(''), code: values.length === names.length ? 0 : 1 };
};

const blocks = 104_857_600;
const usedBlocks = 41_943_040;

/** df(1): `-P DIR`. */
const df = ([, dir = '/']: readonly string[]): ToolOutput => ({
  out: [
    'Filesystem     1024-blocks      Used Available Capacity Mounted on',
    `/dev/sda1        ${blocks}  ${usedBlocks}  ${blocks - usedBlocks}      40% ${dir}`,
    '',
  ].join('\n'),
  code: 0,
});

/**
 * kafka-console-consumer: all records of a topic from the beginning, each on its own line with partition, offset and key, until
 * `--max-messages`, or none has arrived for `--timeout-ms`. Source: Apache Kafka, ConsoleConsumer and DefaultMessageFormatter.
 */
const consoleConsumer = (args: readonly string[], messaging: Messaging): ToolOutput => {
  const topic = messaging.topics.get(optionOf(args, '--topic') ?? '');
  if (topic === undefined) return { err: 'UNKNOWN_TOPIC_OR_PARTITION\n', code: 1 };
  if (!messaging.isUp(1)) return { err: 'Bootstrap broker kafka:9092 disconnected\n', code: 1 };
  const most = Number(optionOf(args, '--max-messages') ?? Number.POSITIVE_INFINITY);
  const lines: string[] = [];
  for (let partition = 0; partition < topic.partitions; partition += 1)
    for (let low = topic.low(partition); low < topic.end(partition) && lines.length < most; low += 1n)
      lines.push(
        `Partition:${partition}\tOffset:${low}\tNO_HEADERS\tkey-${low}\t{"event":"${topic.name}-${low}"}\n`,
      );
  return { out: lines.join(''), err: `Processed a total of ${lines.length} messages\n`, code: 0 };
};

/** Runs a program that only the container of a server has, or that reads its variables; undefined for other commands. */
export const runServerProgram = (
  { parts: { compose, mongodb, messaging } }: Environment,
  { service, env }: ProgramContainer,
  [program = '', ...args]: readonly string[],
  input: Uint8Array,
): ToolOutput | undefined => {
  const name = program.split('/').at(-1)?.replace(/\.sh$/, '');
  if (name === 'printenv') return printenv(args, { ...compose?.spec.variables?.[service], ...env });
  if (name === 'df') return df(args);
  if (mongodb !== undefined && service === mongodb.spec.name) {
    if (name === 'mongodump') return mongodump(args, mongodb);
    if (name === 'mongorestore') return mongorestore(args, input, mongodb);
  }
  if (name === 'kafka-console-consumer' && messaging !== undefined && service === messaging.spec.dependency)
    return consoleConsumer(args, messaging);
  return undefined;
};
