import { z } from 'zod';
import { parseDuration } from '../text/duration.ts';

/** A duration in a profile: text with a unit; ms after parsing. */
export const zDuration = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number' ? `${issue.input} needs a unit: ${issue.input}s` : undefined,
  })
  .meta({ description: 'a duration with a unit, such as 250ms, 15s or 1h30m', examples: ['15s'] })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    const hint = /^\d+(\.\d+)?$/.test(text)
      ? `"${text}" needs a unit: ${text}s`
      : `"${text}" is not a duration. Write 15s, 5m or 1h30m`;
    context.addIssue({ code: 'custom', message: hint });
    return z.NEVER;
  });

/** An http or https address. */
export const zHttpUrl = z
  .string()
  .meta({ description: 'an http:// or https:// URL', examples: ['http://localhost:8081/actuator'] })
  .refine((text) => /^https?:\/\/[^/\s]+/.test(text) && URL.canParse(text), {
    error: (issue) => `"${String(issue.input)}" is not an http URL. Write http://HOST:PORT/PATH`,
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
