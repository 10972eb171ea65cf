/**
 * The parts of pg in use, by name: a bundled `import()` of a CommonJS package would have them under `default` only.
 */
export { Client, Query } from 'pg';
