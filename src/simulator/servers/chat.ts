import { notAllowed } from './plain.ts';
import type { Answer, Handler } from './serve.ts';

const said = (json: Readonly<Record<string, unknown>>): Answer => ({ status: 200, json });

/** The text of a message; undefined when the body is no message. */
const textIn = (body: string): string | undefined => {
  try {
    const message: unknown = JSON.parse(body);
    if (typeof message !== 'object' || message === null || !('text' in message)) return undefined;
    return typeof message.text === 'string' && message.text !== '' ? message.text : undefined;
  } catch {
    return undefined;
  }
};

/** Where people are told something, as Slack's chat.postMessage answers: what it refuses is a 200 with `ok: false`, too. */
export const chatHandler: Handler = ({ method, body, contentType }) => {
  if (method !== 'POST') return notAllowed('POST');
  if (contentType !== 'application/json') return said({ ok: false, error: 'invalid_form_data' });
  const text = textIn(body);
  if (text === undefined) return said({ ok: false, error: 'no_text' });
  return said({
    ok: true,
    channel: 'C0EVENTMESH',
    ts: '1772619307.000100',
    message: { type: 'message', text },
  });
};
