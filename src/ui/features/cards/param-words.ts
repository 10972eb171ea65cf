import type { ParamValue, ParamValues } from '../../../domain/param-value.ts';

const textOf = (value: ParamValue): string => (typeof value === 'object' ? value.join(', ') : String(value));

/** 'name psp · to close': the parameters of a run, in words. */
export const paramWords = (params: ParamValues): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(' · ');
