import { z } from 'zod';
import { parseDuration } from '../text/duration.ts';

/** A duration in a profile: text with a unit; ms after parsing. */
export const zDuration = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number' ? `${issue.input} needs a unit. Write ${issue.input}s` : undefined,
  })
  .meta({ description: 'a duration with a unit, such as 250ms, 15s or 1h30m', examples: ['15s'] })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    const hint = /^\d+(\.\d+)?$/.test(text)
      ? `"${text}" needs a unit. Write ${text}s`
      : `"${text}" is not a duration. Write 15s, 5m or 1h30m`;
    context.addIssue({ code: 'custom', message: hint });
    return z.NEVER;
  });

/** An IPv6 address without brackets in front of a port or the end: `2001:db8::1:9092`. */
const bareIpv6 = /^((?:[a-z][a-z0-9+.-]*:\/\/)?)((?:[\da-f]*:){2,}[\da-f]+)(?=$|[/?])(.*)$/i;

/**
 * Returns an address with brackets around its IPv6 address, for which it lacks them; undefined for any other. The last number
 * counts as the port if the others are an address without it.
 */
export const bracketedIpv6 = (text: string): string | undefined => {
  const [, scheme = '', address = '', rest = ''] = bareIpv6.exec(text) ?? [];
  if (address === '') return undefined;
  const [, host = '', port = ''] = /^(.*[\da-f]):(\d{2,5})$/i.exec(address) ?? [];
  const isAddress = (written: string): boolean => URL.canParse(`http://[${written}]`);
  if (isAddress(host)) return `${scheme}[${host}]:${port}${rest}`;
  return isAddress(address) ? `${scheme}[${address}]${rest}` : undefined;
};

/** Returns the hint for a text that is no http address. */
const httpUrlHint = (text: string): string => {
  const bracketed = bracketedIpv6(text);
  if (bracketed !== undefined) return `Write an IPv6 address in brackets: ${bracketed}`;
  const port = Number(/^https?:\/\/[^/\s]*:(\d+)(?:\/|$)/.exec(text)?.[1] ?? 0);
  if (port > 65_535) return 'Write a port of at most 65535';
  if (/^[\w.-]+(?::\d+)?(?:\/(?!\/)\S*)?$/.test(text) && URL.canParse(`http://${text}`))
    return `Write http://${text}`;
  return 'Write http://HOST:PORT/PATH';
};

/** An http or https address. */
export const zHttpUrl = z
  .string()
  .meta({ description: 'an http:// or https:// URL', examples: ['http://localhost:8081/actuator'] })
  .refine((text) => /^https?:\/\/[^/\s]+/.test(text) && URL.canParse(text), {
    error: (issue) => `"${String(issue.input)}" is not an http URL. ${httpUrlHint(String(issue.input))}`,
  })
  .refine((text) => !text.includes('#'), {
    error: (issue) => `"${String(issue.input)}" has a fragment, which is never sent. Remove the part after #`,
  });

/** One text or a list of texts; always a list after parsing. */
export const zOneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((v) => (typeof v === 'string' ? [v] : v));

/** Formats the issues of parameters in one line: 'name: expected string; with: say one of pod, deployment'. */
export const issuesText = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'with'}: ${message}`).join('; ');
