import { isLogLevel, type LoggerReading, logLevels } from '../model/loggers.ts';
import type { Answer, Ask } from './serve.ts';
import type { Sight } from './sight.ts';
import { nothingThere, springError } from './spring-error.ts';

const levelsOf = ({ configured, effective }: LoggerReading) => ({
  ...(configured === undefined ? {} : { configuredLevel: configured }),
  effectiveLevel: effective,
});

/** The level that a body asks for: undefined resets it; 'unreadable' when it is none. */
const wantedLevel = (body: string) => {
  try {
    const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof parsed !== 'object' || parsed === null) return 'unreadable';
    const level = 'configuredLevel' in parsed ? parsed.configuredLevel : undefined;
    if (level === undefined || level === null) return undefined;
    const upper = String(level).toUpperCase();
    return isLogLevel(upper) ? upper : 'unreadable';
  } catch {
    return 'unreadable';
  }
};

/** `GET /loggers[/{name}]` and `POST /loggers/{name}`, which answers 204 without a body. */
export const loggers = (ask: Ask, path: readonly string[], sight: Sight): Answer => {
  const all = sight.instance.loggers;
  const [name, ...rest] = path;
  if (rest.length > 0) return springError(404, ask, sight.at);
  if (ask.method === 'POST' && name !== undefined) {
    const level = wantedLevel(ask.body);
    if (level === 'unreadable') return springError(400, ask, sight.at);
    all.set(name, level);
    return { status: 204 };
  }
  if (ask.method !== 'GET') return springError(405, ask, sight.at, name === undefined ? 'GET' : 'GET,POST');
  if (name !== undefined)
    return all.has(name) ? { status: 200, json: levelsOf(all.read(name)) } : nothingThere;
  const each = all.names.map((logger) => [logger, levelsOf(all.read(logger))]);
  return { status: 200, json: { levels: logLevels, loggers: Object.fromEntries(each), groups: {} } };
};
