import { describe, expect, test } from 'vitest';
import { loki } from '../../../src/sources/loki/index.ts';
import { lokiScenarios } from '../../replay/loki-scenarios.ts';
import { type Played, play } from '../../replay/open-through.ts';
import { type HttpRecording, httpRecording } from '../../replay/recording.ts';
import type { Replay } from '../../replay/replay-frames.ts';
import { replayHttp } from '../../replay/replay-http.ts';

interface Replayed extends Played {
  readonly recording: HttpRecording;
  readonly replay: Replay;
}

/** Replays a scenario recorded from a real Loki. */
const replayed = async (name: string): Promise<Replayed> => {
  const scenario = lokiScenarios.find((lokiScenario) => lokiScenario.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const recording = httpRecording(`loki-3.7/${name}`);
  const replay = replayHttp(recording);
  const played = await play(loki, scenario, { dial: replay.dial, at: recording.at });
  return { ...played, recording, replay };
};

describe('responses of a real Loki 3.7', () => {
  test.each(lokiScenarios)('$name: every request sent is a recorded one', async ({ name }) => {
    const { replay } = await replayed(name);
    expect(replay.differences()).toEqual([]);
  });

  test('lines: texts without control sequences, at the time of their nanoseconds', async () => {
    const played = await replayed('lines');
    const values = rawValues(played);
    expect(values.map(([, text]) => text)).toEqual([
      'INFO started',
      'ERROR \x1b[31mdatabase\x1b[0m is gone',
      'ERROR still gone',
      'INFO of the same nanosecond ✓',
    ]);
    expect(linesOf(played)).toEqual([
      'INFO started',
      'ERROR database is gone',
      'ERROR still gone',
      'INFO of the same nanosecond ✓',
    ]);
    expect(played.logEvents.map((event) => 'at' in event && event.at)).toEqual(
      values.map(([nanoseconds]) => Number(nanoseconds.slice(0, -6))),
    );
  });

  test('lines: a page above the limit of the server is rejected, and requested again with its limit', async () => {
    const { recording } = await replayed('lines');
    const ranges = recording.exchanges.filter(({ path }) => path.includes('query_range'));
    expect(ranges.map(({ status, path }) => [status, /limit=(\d+)/.exec(path)?.[1]])).toEqual([
      [400, '1000'],
      [200, '100'],
    ]);
  });

  test('pages: every line once, even if a page ends between two lines of the same nanosecond', async () => {
    const played = await replayed('pages');
    expect(
      played.recording.exchanges.filter(({ path }) => path.includes('query_range')).length,
    ).toBeGreaterThan(1);
    expect(played.logEvents).toEqual((await replayed('lines')).logEvents);
  });

  test('last-lines: Loki returns the newest first, the tail returns them last', async () => {
    const played = await replayed('last-lines');
    expect(rawValues(played).map(([, text]) => text)).toEqual([
      'ERROR still gone',
      'ERROR \x1b[31mdatabase\x1b[0m is gone',
    ]);
    expect(linesOf(played)).toEqual(['ERROR database is gone', 'ERROR still gone']);
  });

  test('counts: a vector by label, its sum, and no value without a matching line', async () => {
    const { batches } = await replayed('counts');
    expect(batches.flatMap(({ items }) => items)).toMatchObject([
      { signal: 'errors', labels: { app: 'api' }, value: 2 },
      { signal: 'total', labels: {}, value: 2 },
      { signal: 'none', labels: {}, why: 'no line in Loki matches the query of the signal' },
    ]);
  });

  test('parse-error: the fault has the message of Loki', async () => {
    const { batches } = await replayed('parse-error');
    expect(batches.flatMap(({ faults }) => faults)).toEqual([
      expect.objectContaining({
        kind: 'malformed',
        message: expect.stringMatching(
          /answered 400 Bad Request: parse error at line 1, col 32: syntax error: unexpected IDENTIFIER, expecting STRING$/,
        ),
      }),
    ]);
  });

  test('doctor: the version, readiness and streams; a selector without streams has a remedy', async () => {
    const { findings, recording } = await replayed('doctor');
    const version = recording.server.replace('Grafana Loki ', '');
    expect(findings.map(({ ok, what }) => [ok, what])).toEqual([
      [true, `Loki ${version} at http://loki.example:3100`],
      [true, 'ready'],
      [
        true,
        expect.stringMatching(
          /^2 log streams match \{namespace="recorded"\}. Grouped by namespace, app, .* they are 2 streams/,
        ),
      ],
    ]);
    expect((await replayed('no-streams')).findings.at(-1)).toMatchObject({
      ok: false,
      what: 'no log stream matches {namespace="nowhere"}',
      remedy: expect.stringMatching(/^check the labels/),
    });
  });

  test('tail: existing lines, then those of the WebSocket, each once', async () => {
    const played = await replayed('tail');
    const socket = played.recording.exchanges.find(({ status }) => status === 101);
    expect(socket?.lines?.join()).toContain('WARN second of worker');
    expect(linesOf(played)).toEqual(['first of worker', 'WARN second of worker', 'third of worker ✓']);
  });
});

const linesOf = ({ logEvents }: Played): readonly string[] =>
  logEvents.map((event) => (event.is === 'line' ? event.text : event.is));

interface Streams {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [string, string])[] }[] };
}

/** Nanoseconds and text of the lines of the first successful response, as sent by Loki. */
const rawValues = ({ recording }: Replayed): readonly (readonly [string, string])[] => {
  const answers = recording.exchanges.filter(
    ({ path, status }) => path.includes('query_range') && status === 200,
  );
  const [first] = answers.map(({ body }) => body as Streams); // the HTTP API of Loki, query_range
  return first?.data.result.flatMap(({ values }) => values) ?? [];
};
