import { availableParallelism, loadavg } from 'node:os';
import { changedCell } from './changed-cell.ts';
import { checkTime } from './check-time.ts';
import { firstFrame } from './first-frame.ts';
import { frames } from './frames.ts';
import { growth } from './growth.ts';
import { hostileSources } from './hostile.ts';
import { idle } from './idle.ts';
import { kafkaGroups } from './kafka-groups.ts';
import { keyLatency } from './key-latency.ts';
import { kubePods } from './kube-pods.ts';
import { logsCount } from './logs-count.ts';
import { logsFirst } from './logs-first.ts';
import { logsFrames } from './logs-frames.ts';
import { logHeads } from './logs-heads.ts';
import { logsKeys } from './logs-keys.ts';
import { logsRing } from './logs-ring.ts';
import { logsTail } from './logs-tail.ts';
import { manyRows } from './many-rows.ts';
import { matrix } from './matrix.ts';
import { memory } from './memory.ts';
import { ownRequests } from './own-requests.ts';
import { peers } from './peers/index.ts';
import { expositionText } from './promtext.ts';
import { recordingCost } from './recording.ts';
import { scale } from './scale.ts';
import { sessions } from './sessions.ts';
import { slowSource } from './slow-source.ts';
import type { Figure } from './support/figure.ts';

const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  'first-frame': firstFrame,
  check: checkTime,
  'changed-cell': changedCell,
  keys: keyLatency,
  frames,
  recording: recordingCost,
  memory,
  'many-rows': manyRows,
  matrix,
  idle,
  promtext: expositionText,
  'slow-source': slowSource,
  hostile: hostileSources,
  growth,
  pods: kubePods,
  groups: kafkaGroups,
  sessions,
  requests: ownRequests,
  scale,
  'logs-heads': logHeads,
  'logs-ring': logsRing,
  'logs-count': logsCount,
  'logs-keys': logsKeys,
  'logs-first': logsFirst,
  'logs-tail': logsTail,
  'logs-frames': logsFrames,
  peers,
};

/** Only measured when named: they need other programs, or many minutes. */
const onRequest: ReadonlySet<string> = new Set(['peers', 'scale', 'growth']);

/** Names of benchmark groups. */
const together: Readonly<Record<string, readonly string[]>> = {
  ui: ['changed-cell', 'keys', 'frames', 'many-rows', 'idle', 'memory'],
  logs: ['logs-heads', 'logs-ring', 'logs-count', 'logs-keys', 'logs-first', 'logs-tail', 'logs-frames'],
  sources: ['pods', 'groups', 'sessions', 'requests', 'hostile'],
};

const wantedTexts = process.argv.slice(2).flatMap((name) => together[name] ?? [name]);
const strange = wantedTexts.find((name) => benches[name] === undefined);
if (strange !== undefined) {
  console.error(
    `unknown benchmark ${strange}. Available: ${[...Object.keys(benches), ...Object.keys(together)].join(', ')}`,
  );
  process.exit(1);
}

const figures: Figure[] = [];
for (const [name, measure] of Object.entries(benches)) {
  if (wantedTexts.length > 0 ? !wantedTexts.includes(name) : onRequest.has(name)) continue;
  console.error(`${name} …`);
  figures.push(...(await measure()));
}

const verdict = ({ met }: Figure): string => (met === undefined ? '' : met ? 'met' : 'NOT MET');
const columns: readonly (readonly [string, (figure: Figure) => string])[] = [
  ['figure', ({ name }) => name],
  ['measured', ({ value }) => value],
  ['target', ({ target = '' }) => target],
  ['', verdict],
  ['from', ({ from }) => from],
];
const table = [
  columns.map(([title]) => title),
  ...figures.map((figure) => columns.map(([, of]) => of(figure))),
];
const widths = columns.map((_, index) => Math.max(...table.map((row) => [...(row[index] ?? '')].length)));
console.log(
  `Node ${process.versions.node}, ${availableParallelism()} CPUs, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const row of table)
  console.log(
    row
      .map((text, index) => text + ' '.repeat((widths[index] ?? 0) - [...text].length))
      .join('  ')
      .trimEnd(),
  );
