import { join } from 'node:path';
import { z } from 'zod';
import type { GenericAction } from '../../domain/runbooks/generic-action.ts';
import { type ActEvent, notApplicable, PlanError } from '../../domain/runbooks/operation.ts';
import { formatBytes } from '../../domain/text/format.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { clipped } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { statusText } from '../../platform/network/status.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { defineOperation } from '../kit/operations/define-operation.ts';
import { fileTimestamp, planNewFile } from '../kit/operations/local-files.ts';
import { field } from '../kit/values/wire-value.ts';
import { type ActuatorInstance, endpointNotExposed, queryInstances, selectInstances } from './instance.ts';
import { type ActuatorContext, findInstanceDrift, instanceUid } from './instance-operation.ts';
import { parseMeter } from './parse.ts';

const gib = 1024 ** 3;

const heapDumpParams = z.strictObject({
  instance: z
    .string()
    .min(1)
    .meta({ description: 'opsdeck takes the heap dump of this instance. Required if the source has several' })
    .exactOptional(),
  maxBytes: z
    .int()
    .min(1)
    .max(1024 * gib)
    .meta({ description: 'maximum size of the dump in bytes. A larger dump is refused (default: 32 GiB)' })
    .default(32 * gib),
});

const path = '/heapdump';

/** A dump of a large heap takes minutes; a step without this limit has five. */
const longestMs = 60 * 60_000;

const heapDumpAction = (id: string, title: string, isOne: boolean): GenericAction => ({
  id,
  verb: 'heap-dump',
  title,
  step: isOne ? 'Download a heap dump of ${param.instance}' : 'Download a heap dump',
  on: 'health',
  where: isOne ? 'instance != ""' : 'instance = ""',
  params: isOne ? [{ name: 'instance', type: 'choice', from: 'health.instance', title: 'Instance' }] : [],
  with: isOne ? { instance: '${param.instance}' } : {},
  timeoutMs: longestMs,
  verify: 'none',
  notes: 'opsdeck checks the size and the HPROF header before the file gets the final name.',
});

/** The one instance to dump: each is a file of its own, and a pause of its own. Throws PlanError. */
const oneInstance = (instances: readonly ActuatorInstance[], name: string | undefined): ActuatorInstance => {
  const [first, ...others] = selectInstances(instances, name);
  if (first === undefined || others.length > 0)
    throw notApplicable(
      `the source has several instances. Set instance: to one of ${instances.map((instance) => instance.name).join(', ')}`,
    );
  return first;
};

/** Used heap in bytes; undefined when the service does not tell. */
const readUsedHeap = async (instance: ActuatorInstance, signal: AbortSignal): Promise<number | undefined> => {
  try {
    const body = await instance.ask('/metrics/jvm.memory.used?tag=area%3Aheap', signal);
    return parseMeter(body).statistics.get('VALUE');
  } catch {
    return undefined;
  }
};

/** Checks that the endpoint exists without calling it, which would dump. Returns the used heap. */
const readDumpable = async (
  instance: ActuatorInstance,
  signal: AbortSignal,
): Promise<{ readonly usedHeap: number | undefined }> => {
  const links = field(await instance.ask('', signal), '_links');
  if (field(links, 'heapdump') !== undefined) return { usedHeap: await readUsedHeap(instance, signal) };
  const { remedy } = endpointNotExposed('heapdump');
  throw new PlanError(
    'not-applicable',
    `${instance.where} does not expose heapdump: ${remedy}, and since Spring Boot 3.5 set management.endpoint.heapdump.access=unrestricted`,
  );
};

/** A file is larger than the used heap, by some administration. */
const margin = 1.2;

const safeName = (text: string): string => text.replaceAll(/[^\w.-]+/g, '_');

/** The beginning of a dump of HotSpot. Source: OpenJDK, hprof_b_spec.h. */
const magic = 'JAVA PROFILE';

const plannedFile = z.object({ file: z.string() });

/** Time between two reports of the progress, in ms. */
const reportMs = 5000;

interface Download {
  readonly instance: ActuatorInstance;
  readonly file: string;
  readonly maxBytes: number;
  free(signal: AbortSignal): Promise<number>;
}

/** Throws WireError when the announced size is too large for the limit or the disk. */
const requireRoom = async (
  announced: number | undefined,
  { file, maxBytes, free }: Download,
  signal: AbortSignal,
): Promise<void> => {
  if (announced === undefined) return;
  if (announced > maxBytes)
    throw new WireError(
      'malformed',
      `the heap dump has ${formatBytes(announced)}, more than the limit maxBytes of ${formatBytes(maxBytes)}: raise maxBytes`,
    );
  const room = await free(signal);
  if (announced > room)
    throw new WireError(
      'denied',
      `the heap dump of ${formatBytes(announced)} does not fit: only ${formatBytes(room)} are free at ${file}`,
    );
};

/** Passes on a stream; checks its beginning and its size. Throws WireError. */
const checkedChunks = async function* (
  chunks: AsyncIterable<Uint8Array>,
  announced: number | undefined,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  let head = '';
  for await (const chunk of chunks) {
    size += chunk.length;
    if (head.length < magic.length) head += Buffer.from(chunk.subarray(0, magic.length)).toString('latin1');
    if (head.length >= magic.length && !head.startsWith(magic))
      throw new WireError(
        'malformed',
        'the response is not a heap dump in HPROF format: check that the JVM is HotSpot, and look for proxies in between',
      );
    if (size > maxBytes)
      throw new WireError('malformed', `larger than maxBytes, ${formatBytes(maxBytes)}: raise maxBytes`);
    yield chunk;
  }
  if (head.length < magic.length)
    throw new WireError(
      'malformed',
      `the file has only ${size} bytes, too few for a heap dump: check proxies between opsdeck and the service`,
    );
  if (announced !== undefined && size !== announced)
    throw new WireError('malformed', `${size} bytes arrived, ${announced} were announced`);
};

/** Downloads a dump to a file that gets its name when it is complete. */
const downloadDump = async function* (
  download: Download,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const { instance, file, maxBytes } = download;
  const line = instance.endpoint.line('GET', path);
  const answer = await instance.endpoint.stream(change, { path }, signal);
  if (answer.status !== 200) {
    const text = await answer.text();
    if (text !== '') yield { is: 'output', text: secretMasker.mask(clipped(text, 500)) };
    const status = `answered ${statusText(answer.status)}, expected 200. Nothing was saved`;
    return yield { is: 'answered', line, status, ok: false };
  }
  const length = answer.headers['content-length'];
  const announced = length === undefined ? undefined : Number(length);
  await requireRoom(announced, download, signal);
  const draft = await change.draft(file, false, signal);
  let isKept = false;
  try {
    let size = 0;
    let reportedAt = change.clock.now();
    const whole = announced === undefined ? '' : ` of ${formatBytes(announced)}`;
    for await (const chunk of checkedChunks(answer.chunks, announced, maxBytes)) {
      await draft.write(chunk);
      size += chunk.length;
      if (change.clock.now() - reportedAt < reportMs) continue;
      reportedAt = change.clock.now();
      yield { is: 'output', text: `${formatBytes(size)}${whole}` };
    }
    const { sizeBytes, sha256 } = await draft.commit();
    isKept = true;
    const status = `${statusText(200)}; ${file}: ${formatBytes(sizeBytes)}, HPROF, sha256 ${sha256}`;
    yield { is: 'answered', line, status, ok: true };
  } finally {
    if (!isKept) await draft.abort();
  }
};

/** `heapDump`: downloads a heap dump of one instance to a private file. Source: Spring Boot actuator, heapdump endpoint. */
export const heapDumpOperation = defineOperation(
  {
    name: 'heapDump',
    danger: 'disruptive',
    params: heapDumpParams,
    actions: [
      heapDumpAction('heap-dump', 'Download heap dump', false),
      heapDumpAction('heap-dump-of-instance', 'Download heap dump of instance', true),
    ],
  },
  ({ instances, disk, stateDir }: ActuatorContext) => ({
    plan: async ({ instance: name, maxBytes }, signal) => {
      if (stateDir === undefined)
        throw new PlanError('failed', 'opsdeck has no state directory to save the file in: set --state-dir');
      const instance = oneInstance(instances, name);
      const [found] = await queryInstances(
        [instance],
        '',
        (actuatorInstance) => readDumpable(actuatorInstance, signal),
        signal,
      );
      const usedHeap = found?.value.usedHeap;
      const stem = [instance.service, instance.name].filter((part) => part !== '').map(safeName);
      const wantedPath = join(
        stateDir,
        `${['heap-dump', ...stem, fileTimestamp(instance.wallNow())].join('-')}.hprof`,
      );
      const file = await planNewFile(disk, wantedPath, {}, signal);
      const free = await disk.free(wantedPath, signal);
      if (usedHeap !== undefined && usedHeap * margin > free)
        throw new PlanError(
          'failed',
          `not enough space for ${wantedPath}: the heap uses ${formatBytes(usedHeap)}, ${formatBytes(free)} are free`,
        );
      const heap =
        usedHeap === undefined
          ? 'opsdeck does not know the size of the heap'
          : `the heap now uses ${formatBytes(usedHeap)}`;
      return {
        targets: [
          {
            name: instance.name || instance.service,
            uid: instanceUid(instance, path),
            saw: 'running',
            where: instance.where,
            place: instance.endpoint.base,
          },
        ],
        calls: [{ line: instance.endpoint.line('GET', path), target: 0 }],
        objects: [
          `${instance.where}: ${heap}. Every thread of the JVM pauses for a full garbage collection and the dump`,
          `${file.words}, mode 0600. The dump may have at most ${formatBytes(maxBytes)}`,
          'the file has the memory of the service, with passwords and personal data: delete the file after use',
        ],
        lost: 'requests may time out while the JVM pauses',
        reach: { share: { part: 1, whole: instances.length, of: `instances of ${instance.service}` } },
        earlier: { file: file.path },
      };
    },

    recheck: (plan, signal) =>
      findInstanceDrift(
        plan,
        instances,
        path,
        async (instance) => {
          await readDumpable(instance, signal);
          return 'running';
        },
        signal,
      ),

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { maxBytes, instance: name } = plan.params;
      const instance = oneInstance(instances, name);
      const line = instance.endpoint.line('GET', path);
      const { file } = plannedFile.parse(plan.earlier);
      yield { is: 'call', line };
      try {
        const free = (until: AbortSignal): Promise<number> => disk.free(file, until);
        yield* downloadDump({ instance, file, maxBytes, free }, change, signal);
      } catch (error) {
        const { message } = instance.endpoint.fault(path, error);
        yield { is: 'answered', line, status: `${message}. Nothing was saved`, ok: false };
      }
    },
  }),
);
