import { z } from 'zod';
import type { ActEvent, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { splitLines } from '../../../logs/reading/line-splitter.ts';
import { oneLine, sanitizeDeep } from '../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { statusText } from '../../../platform/network/status.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { checkDaemonAccess } from '../containers/container-selection.ts';
import type { DockerContext } from '../daemon/daemon.ts';
import { imageIdOf, zImageReference } from './image-reference.ts';

const pullParams = z.strictObject({
  image: zImageReference.meta({ description: 'pull this image, written as NAME:TAG or NAME@DIGEST' }),
});

/** Splits an image into its name and tag (or digest): the last colon after the last slash begins the tag. */
const splitImage = (image: string): { readonly name: string; readonly tag: string } => {
  const index = image.indexOf('@');
  if (index > 0) return { name: image.slice(0, index), tag: image.slice(index + 1) };
  const colon = image.indexOf(':', image.lastIndexOf('/') + 1);
  return colon < 0
    ? { name: image, tag: 'latest' }
    : { name: image.slice(0, colon), tag: image.slice(colon + 1) };
};

const pullPath = (image: string): string => {
  const { name, tag } = splitImage(image);
  return `/images/create?fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`;
};

const declared = declareOperation({ name: 'pull', danger: 'safe', params: pullParams });

/** `pull`: pulls an image. An `error` may appear in the stream of a response with status 200. */
export const dockerPull = defineOperation(declared, ({ daemon }: DockerContext) => ({
  plan: async ({ image }, signal) => {
    const imageId = await imageIdOf(daemon, image, signal);
    return {
      targets: [{ name: image, uid: `${daemon.name}/${image}`, saw: imageId, where: daemon.name }],
      calls: [{ line: daemon.requestLine('POST', pullPath(image)), target: 0 }],
      objects: [`image ${image} at ${daemon.name}: ${imageId}. Running containers keep their old image`],
    };
  },

  permits: (_, signal) => checkDaemonAccess(daemon, signal),

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const { image } = plan.params;
    const found = await imageIdOf(daemon, image, signal);
    const planned = plan.targets[0]?.saw ?? '';
    return found === planned ? undefined : { target: image, planned, found };
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const { image } = plan.params;
    const path = pullPath(image);
    const line = daemon.requestLine('POST', path);
    yield { is: 'call', line };
    const answer = await daemon.sendStream(change, { method: 'POST', path }, signal);
    let failure = '';
    const seen = new Set<string>();
    for await (const raw of splitLines(answer.chunks)) {
      const { status, error } = parsePullLine(raw);
      failure ||= error;
      // Progress repeats the status of a layer for every megabyte; each is shown once.
      if (status !== '' && !seen.has(status)) yield { is: 'output', text: status };
      seen.add(status);
    }
    const ok = answer.status === 200 && failure === '';
    const words = failure === '' ? '' : `: ${failure}`;
    yield { is: 'answered', line, status: `${statusText(answer.status)}${words}`, ok };
  },
}));

const maskedText = (value: unknown): string => oneLine(secretMasker.mask(text(value) ?? ''));

const parsePullLine = (raw: string): { readonly status: string; readonly error: string } => {
  try {
    const line = sanitizeDeep(JSON.parse(raw));
    const id = maskedText(field(line, 'id'));
    const status = maskedText(field(line, 'status'));
    return {
      status: status === '' || id === '' ? status : `${status} ${id}`,
      error: maskedText(field(line, 'error')) || maskedText(field(line, 'message')),
    };
  } catch {
    return { status: '', error: maskedText(raw) };
  }
};
