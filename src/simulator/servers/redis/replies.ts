/** A reply in RESP2. Source: Redis docs, Redis serialization protocol specification. */
export type Reply = string;

export const simple = (text: string): Reply => `+${text}\r\n`;
export const respError = (text: string): Reply => `-${text}\r\n`;
export const integer = (value: number): Reply => `:${value}\r\n`;
export const bulk = (text: string): Reply => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
export const respList = (items: readonly Reply[]): Reply => `*${items.length}\r\n${items.join('')}`;
