import type { ParamSpec } from '../../../domain/runbook.ts';

const wholeNumber = ({ min, max }: ParamSpec): string => {
  if (min !== undefined && max !== undefined) return `a whole number, ${min} to ${max}`;
  if (min !== undefined) return `a whole number, ${min} or more`;
  return max === undefined ? 'a whole number' : `a whole number, ${max} or less`;
};

/** What a parameter takes, in words; undefined where any text will do, or where its choices are shown. */
export const paramTakes = (spec: ParamSpec): string | undefined => {
  switch (spec.type) {
    case 'int':
      return wholeNumber(spec);
    case 'duration':
      return 'a time with its unit: 30s, 5m, 1h30m';
    case 'boolean':
      return 'true or false';
    case 'string':
      return spec.pattern === undefined ? undefined : `all of it fits ${spec.pattern}`;
    default:
      return undefined;
  }
};
