import { openReadIo } from '../../src/doors/read-io.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { kubernetesConfig } from '../../src/sources/kubernetes/api/config.ts';
import { kubernetes } from '../../src/sources/kubernetes/index.ts';

// Watches the pods of an API server like the engine, and prints when rows are available and their memory.
const [kubeconfig = '', wantedPart = ''] = process.argv.slice(2);
const wallNow = (): number => performance.timeOrigin + performance.now();
const collected = (): number => {
  global.gc?.();
  global.gc?.();
  return process.memoryUsage().heapUsed;
};

const clock = systemClock();
const source = await kubernetes.open(
  {
    id: 'k8s',
    env: 'bench',
    signals: [],
    config: kubernetesConfig.parse({ kubeconfig, context: 'bench', namespace: 'shop', timeout: '20s' }),
  },
  openReadIo(clock),
);
const feed = source.feeds.find(({ name }) => name === 'pods');
if (feed?.watch === undefined) throw new Error('there is no feed of pods that can be watched');
const { signal } = new AbortController();
// The client's chunk and the kubeconfig are loaded before the measurement, as in a running cockpit.
await source.resolveEndpoints?.('app=none', signal).catch(() => undefined);
const before = collected();
let woken = Promise.withResolvers<void>();
const stop = feed.watch(() => {
  woken.resolve();
  woken = Promise.withResolvers<void>();
});
const began = wallNow();
let firstRows = 0;
let allRows = 0;
let rows = 0;
let batch = await feed.read(signal);
for (;;) {
  rows = batch.items.length;
  if (rows > 0 && firstRows === 0) firstRows = wallNow();
  if (rows >= Number(wantedPart) && batch.faults.length === 0) break;
  await woken.promise;
  batch = await feed.read(signal);
}
allRows = wallNow();
const bytes = (collected() - before) / rows;
process.stdout.write(JSON.stringify({ began, firstRows, allRows, rows, bytes }));
stop();
await source.close();
process.exit(0);
