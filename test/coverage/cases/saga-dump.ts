/** A small dump of the database, as pg_dump ends one. */
export const dump = `--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
CREATE TABLE public.saga_instances (id bigint NOT NULL);
COPY public.saga_instances (id) FROM stdin;
1
2
\\.
CREATE UNIQUE INDEX saga_instances_pkey ON public.saga_instances USING btree (id);
--
-- PostgreSQL database dump complete
--

`;
