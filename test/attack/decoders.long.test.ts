import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { aws } from '../../src/sources/aws/index.ts';
import { kafka } from '../../src/sources/kafka/index.ts';
import type { SourceModule } from '../../src/sources/kit/contract/source.ts';
import { kubernetes } from '../../src/sources/kubernetes/index.ts';
import { loki } from '../../src/sources/loki/index.ts';
import { mongodb } from '../../src/sources/mongodb/index.ts';
import { postgres } from '../../src/sources/postgres/index.ts';
import { redis } from '../../src/sources/redis/index.ts';
import { openFronted } from '../../src/testing/source-contract.ts';
import type { Facts } from '../../src/testing/source-rig.ts';
import { rigs } from '../contract/rigs.ts';
import { openWired } from '../contract/wired.ts';
import { awsScenarios } from '../replay/aws-scenarios.ts';
import { mongoProtocol, type Protocol, postgresProtocol, redisProtocol } from '../replay/frames.ts';
import { kafkaScenarios } from '../replay/kafka-scenarios.ts';
import { kubernetesNodeScenarios, kubernetesScenarios } from '../replay/kubernetes-scenarios.ts';
import { lokiScenarios } from '../replay/loki-scenarios.ts';
import { mongodbScenarios } from '../replay/mongodb-scenarios.ts';
import type { Scenario } from '../replay/open-through.ts';
import { postgresScenarios } from '../replay/postgres-scenarios.ts';
import { type HttpRecording, httpRecording, type WireRecording, wireRecording } from '../replay/recording.ts';
import { redisScenarios } from '../replay/redis-scenarios.ts';
import { replayByContent } from '../replay/replay-calls.ts';
import { type Replay, replayInOrder } from '../replay/replay-frames.ts';
import { replayHttp } from '../replay/replay-http.ts';
import { family } from './support/attack.ts';
import {
  changedDocument,
  changedMessage,
  type DecoderChange,
  decoderChanges,
  isInfinityWritten,
} from './support/decoder-changes.ts';
import { expectKnownFacts, inTime, readScenario } from './support/decoder-reads.ts';

/** An input: a scenario by name, or a rig by type, and the changes of its responses. */
type Input = readonly [name: string, changes: readonly DecoderChange[]];

/** Inputs that broke a decoder once, by the title of the attack. */
const corpus: Readonly<Record<string, readonly Input[]>> = JSON.parse(
  readFileSync('test/attack/corpus/decoders.json', 'utf8'),
);

/** Feeds and examinations only: what is followed has no end. */
const isRead = ({ calls }: Scenario): boolean =>
  calls.some((call) => typeof call === 'string' && call !== 'doctor') &&
  calls.every((call) => typeof call === 'string');

/** The message of the server that a change selects, replaced. */
const changedWire = (
  recording: WireRecording,
  changes: readonly DecoderChange[],
  kept: number,
): WireRecording => {
  const connections = recording.connections.map((messages) => [...messages]);
  for (const change of changes) {
    const places = connections.flatMap((messages, connection) =>
      messages.flatMap((message, index) => (message.startsWith('< ') ? [[connection, index] as const] : [])),
    );
    const [connection = 0, position = 0] = places[Math.floor(change.message * places.length)] ?? [];
    const messages = connections[connection];
    const bytes = Buffer.from(messages?.[position]?.slice(2) ?? '', 'latin1');
    if (messages !== undefined)
      messages[position] = `< ${changedMessage(bytes, change, kept).toString('latin1')}`;
  }
  return { ...recording, connections };
};

const changedHttp = (recording: HttpRecording, changes: readonly DecoderChange[]): HttpRecording => {
  const exchanges = [...recording.exchanges];
  for (const change of changes) {
    const index = Math.floor(change.message * exchanges.length);
    const exchange = exchanges[index];
    if (exchange === undefined) continue;
    const { lines, body } = exchange;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    exchanges[index] =
      lines === undefined
        ? { ...exchange, body: changedDocument(text ?? '', change) }
        : { ...exchange, lines: changedDocument(lines.join('\n'), change).split('\n') };
  }
  return { ...recording, exchanges };
};

interface RecordedSystem {
  readonly title: string;
  readonly module: SourceModule;
  readonly scenarios: readonly Scenario[];
  replay(name: string, changes: readonly DecoderChange[]): { readonly replay: Replay; readonly at: string };
}

const inOrder = (dir: string, protocol: Protocol) => (name: string, changes: readonly DecoderChange[]) => {
  const recording = changedWire(wireRecording(`${dir}/${name}`), changes, 0);
  return { replay: replayInOrder(recording, protocol), at: recording.at };
};
const overHttp = (dir: string) => (name: string, changes: readonly DecoderChange[]) => {
  const recording = changedHttp(httpRecording(`${dir}/${name}`), changes);
  return { replay: replayHttp(recording), at: recording.at };
};
/** Length and correlation id of a Kafka response: the replay needs them to find the request. */
const kafkaHeader = 8;

const systems: readonly RecordedSystem[] = [
  {
    title: 'Kafka',
    module: kafka as SourceModule,
    scenarios: kafkaScenarios,
    replay: (name, changes) => {
      const recording = changedWire(wireRecording(`kafka-4.3/${name}`), changes, kafkaHeader);
      return { replay: replayByContent(recording), at: recording.at };
    },
  },
  {
    title: 'PostgreSQL',
    module: postgres as SourceModule,
    scenarios: postgresScenarios,
    replay: inOrder('postgres-15', postgresProtocol),
  },
  {
    title: 'MongoDB',
    module: mongodb as SourceModule,
    scenarios: mongodbScenarios,
    replay: inOrder('mongo-java-server-1.47', mongoProtocol),
  },
  {
    title: 'Redis',
    module: redis as SourceModule,
    scenarios: redisScenarios,
    replay: inOrder('redis-7.0', redisProtocol),
  },
  {
    title: 'Kubernetes',
    module: kubernetes as SourceModule,
    scenarios: [...kubernetesScenarios, ...kubernetesNodeScenarios],
    replay: overHttp('kubernetes-1.36'),
  },
  { title: 'Loki', module: loki as SourceModule, scenarios: lokiScenarios, replay: overHttp('loki-3.7') },
  { title: 'AWS', module: aws as SourceModule, scenarios: awsScenarios, replay: overHttp('moto-5.2') },
];

type Check = (facts: readonly Facts[], isInfinity: boolean) => number;
/** The defense that an unchecked decoder would be: its numbers as they came. */
const withoutChecks: Check = (facts, isInfinity) =>
  expectKnownFacts(
    [...facts, { items: [{ source: 's', ready: Number('-5') }], faults: [] } as unknown as Facts],
    isInfinity,
  );

family('wire decoders', ({ attack }) => {
  for (const { title, module, scenarios, replay } of systems) {
    const readable = scenarios.filter(isRead);
    attack(`${title}: a changed response is facts with known values, or typed faults`, {
      rounds: 25,
      inputs: fc.tuple(fc.constantFrom(...readable.map(({ name }) => name)), decoderChanges),
      corpus: corpus[title] ?? [],
      defense: expectKnownFacts,
      sabotaged: withoutChecks,
      holds: async ([name, changes], check) => {
        const scenario = readable.find((candidate) => candidate.name === name);
        if (scenario === undefined) throw new Error(`no scenario ${name}`);
        const { replay: changed, at } = replay(name, changes);
        return check(
          await readScenario(module, scenario, { dial: changed.dial, at }),
          isInfinityWritten(changes),
        );
      },
      cpuLimitMs: 240_000,
    });
  }

  attack('HTTP APIs: a changed response is facts with known values, or typed faults', {
    rounds: 40,
    inputs: fc.tuple(fc.constantFrom(...rigs.map(({ type }) => type)), decoderChanges),
    corpus: corpus.HTTP ?? [],
    defense: expectKnownFacts,
    sabotaged: withoutChecks,
    holds: async ([type, changes], check) => {
      const rig = rigs.find((candidate) => candidate.type === type);
      if (rig === undefined) throw new Error(`no rig ${type}`);
      await using opened = await openWired(openFronted(rig));
      opened.wire.treat(async (response, _, pass) => {
        const { status, headers, body } = await pass();
        const { 'content-length': _length, ...rest } = headers;
        response.writeHead(status, rest).end(changes.reduce(changedDocument, body));
      });
      const all: Facts[] = [];
      for (const feed of opened.feeds) {
        const read = await inTime(opened.clock, (signal) => feed.read(signal));
        if (read !== undefined) all.push(read);
      }
      return check(all, isInfinityWritten(changes));
    },
    cpuLimitMs: 240_000,
  });
});
