-- PostgreSQL database dump
CREATE TABLE public.orders (
    id bigint NOT NULL
);
COPY public.orders (id) FROM stdin;
1
\.
-- PostgreSQL database dump complete
