import type { ServerResponse } from 'node:http';
import type { Sight } from './daemon.ts';
import { type Order, type Replied, refusal } from './order.ts';
import { images, stamp } from './pages.ts';

/** An image that nobody has is refused in the stream, with status 200, as the real daemon may do. */
const answerPull = (sight: Sight, { query }: Order, response: ServerResponse): void => {
  const [image, tag] = [query.get('fromImage') ?? '', query.get('tag') ?? 'latest'];
  const name = `${image}:${tag}`;
  const isThere = images(sight).some(({ RepoTags }) => RepoTags[0] === name);
  const error = `manifest for ${name} not found: manifest unknown`;
  const last = isThere
    ? { status: `Status: Image is up to date for ${name}` }
    : { errorDetail: { message: error }, error };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write(`${JSON.stringify({ status: `Pulling from ${image}`, id: tag })}\r\n`);
  response.end(`${JSON.stringify(last)}\r\n`);
};

/** Answers what begins with `/images`. */
export const answerImages = (sight: Sight, order: Order, response: ServerResponse): Replied => {
  const { method, path } = order;
  if (method === 'POST' && path[1] === 'create') {
    answerPull(sight, order, response);
    return 'streamed';
  }
  if (method !== 'GET' || path.at(-1) !== 'json') return refusal(404, 'page not found');
  if (path.length === 2) return { status: 200, page: images(sight) };
  const name = path.slice(1, -1).join('/');
  const image = images(sight).find(({ RepoTags }) => RepoTags[0] === name);
  return image === undefined
    ? refusal(404, `no such image: ${name}: No such image: ${name}`)
    : { status: 200, page: { ...image, RepoDigests: [], Created: stamp(1000 * image.Created) } };
};
