import { stableJson } from '../../../model/cluster/state/names.ts';

/** JSON values in patches. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isJsonList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Converts a value to plain JSON. */
export const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));

export const isSameJson = (a: Json | undefined, b: Json | undefined): boolean =>
  stableJson(a) === stableJson(b);
