import { byPattern, type Recogniser } from './found.ts';

/** Values that name no user. */
const placeholder = /^(?:null|none|nil|undefined|unknown|anonymous|true|false|\d|-)$/i;

/** True for a value that stands for no user: 'null', 'anonymous', one digit. */
export const isPlaceholder = (value: string): boolean => placeholder.test(value);

const assigned = byPattern(
  /(?<![a-z0-9])(?:user|usr|login|account|customer|client|member|principal|subject|actor|operator)(?:[-_.]?(?:id|name|no))?["']?(?:=|"?:\s?(?="|')|(?<=id["']?):\s?)["']?(?<it>[\p{L}\p{N}][\p{L}\p{N}._+-]*)/dgiu,
  'user',
  (value) => !isPlaceholder(value),
);

/** 'user=ada', 'userId: 4711', '"username":"ada"', 'customer_id=…': who it is about, by the word before it. */
export const users: Recogniser = (text) => (/[=:]/.test(text) ? assigned(text) : []);
