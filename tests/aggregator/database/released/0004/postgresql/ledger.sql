SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.audit_entry_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.agent (
    cluster character varying(40) NOT NULL,
    firm character varying(40) NOT NULL,
    agent character varying(40) NOT NULL,
    slot character varying(40) NOT NULL,
    epoch integer NOT NULL,
    public_key bytea NOT NULL,
    status character varying(12) NOT NULL,
    last_seq bigint NOT NULL,
    last_digest character varying(64) NOT NULL,
    enrolled_at bigint NOT NULL,
    last_seen bigint,
    clock_suspect integer NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit_entry (
    cluster character varying(40) NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    who character varying(60) NOT NULL,
    action character varying(40) NOT NULL,
    subject text NOT NULL,
    digest character varying(64) NOT NULL
);
CREATE TABLE public.desk_session (
    cluster character varying(40) NOT NULL,
    digest character varying(64) NOT NULL,
    person character varying(40) NOT NULL,
    whole integer NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL
);
CREATE TABLE public.firm (
    cluster character varying(40) NOT NULL,
    firm character varying(40) NOT NULL,
    name text NOT NULL,
    sector character varying(40) NOT NULL,
    size_band character varying(20) NOT NULL,
    linked_group character varying(40),
    status character varying(12) NOT NULL,
    joined_at bigint NOT NULL,
    left_at bigint
);
CREATE TABLE public.host_period (
    cluster character varying(40) NOT NULL,
    period character varying(16) NOT NULL,
    firm character varying(40) NOT NULL,
    slot character varying(40) NOT NULL,
    agent character varying(40) NOT NULL,
    pack character varying(64) NOT NULL,
    log_index bigint NOT NULL,
    received_at bigint NOT NULL,
    sealed bytea NOT NULL
);
CREATE TABLE public.invitation (
    cluster character varying(40) NOT NULL,
    firm character varying(40) NOT NULL,
    invitation character varying(32) NOT NULL,
    slot character varying(40) NOT NULL,
    secret bytea NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    used_at bigint,
    agent character varying(40),
    last_try_at bigint,
    alarms integer NOT NULL
);
CREATE TABLE public.key_event (
    cluster character varying(40) NOT NULL,
    firm character varying(40) NOT NULL,
    agent character varying(40) NOT NULL,
    log_index bigint NOT NULL,
    kind character varying(12) NOT NULL,
    event bytea NOT NULL
);
CREATE TABLE public.log (
    cluster character varying(40) NOT NULL,
    size bigint NOT NULL
);
CREATE TABLE public.log_leaf (
    cluster character varying(40) NOT NULL,
    log_index bigint NOT NULL,
    digest character varying(64) NOT NULL,
    received_at bigint NOT NULL,
    kind character varying(24) NOT NULL
);
CREATE TABLE public.log_node (
    cluster character varying(40) NOT NULL,
    level integer NOT NULL,
    "position" bigint NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE public.noisy_value (
    cluster character varying(40) NOT NULL,
    period character varying(16) NOT NULL,
    output character varying(40) NOT NULL,
    place integer NOT NULL,
    value character varying(80) NOT NULL,
    epsilon bigint NOT NULL,
    drawn_at bigint NOT NULL
);
CREATE TABLE public.one_time_link (
    cluster character varying(40) NOT NULL,
    digest character varying(64) NOT NULL,
    role character varying(12) NOT NULL,
    person character varying(40),
    expires_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.pack (
    cluster character varying(40) NOT NULL,
    digest character varying(64) NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    checks text NOT NULL
);
CREATE TABLE public.passkey (
    cluster character varying(40) NOT NULL,
    passkey character varying(64) NOT NULL,
    person character varying(40) NOT NULL,
    credential bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    label character varying(60) NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.peer_topic (
    cluster character varying(40) NOT NULL,
    firm character varying(40) NOT NULL,
    topic character varying(16) NOT NULL,
    side character varying(8) NOT NULL,
    agreed_on character varying(10) NOT NULL,
    recorded_at bigint NOT NULL
);
CREATE TABLE public.period (
    cluster character varying(40) NOT NULL,
    period character varying(16) NOT NULL,
    state character varying(12) NOT NULL,
    opened_at bigint NOT NULL,
    frozen_at bigint,
    document bytea
);
CREATE TABLE public.person (
    cluster character varying(40) NOT NULL,
    person character varying(40) NOT NULL,
    name character varying(60) NOT NULL,
    role character varying(12) NOT NULL,
    password text NOT NULL,
    totp bytea,
    totp_step bigint NOT NULL,
    created_at bigint NOT NULL,
    disabled_at bigint
);
CREATE TABLE public.recovery_code (
    cluster character varying(40) NOT NULL,
    person character varying(40) NOT NULL,
    digest character varying(64) NOT NULL,
    used_at bigint
);
CREATE TABLE public.release (
    cluster character varying(40) NOT NULL,
    release character varying(40) NOT NULL,
    period character varying(16) NOT NULL,
    published_at bigint NOT NULL,
    document bytea NOT NULL
);
CREATE TABLE public.statement (
    cluster character varying(40) NOT NULL,
    firm character varying(40) NOT NULL,
    period character varying(16) NOT NULL,
    digest character varying(64) NOT NULL,
    agent character varying(40) NOT NULL,
    epoch integer NOT NULL,
    seq bigint NOT NULL,
    log_index bigint NOT NULL,
    received_at bigint NOT NULL,
    sealed bytea NOT NULL
);
INSERT INTO public.agent VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'agt_8NB7G2PEDP78NCZ81R6A57MQVE', 'slot_54a05e59b823b78e', 1, '\xa92193a875d6e62f37ab8934b28d3868afc1b028e79c1e132593fe17d2b9c29e', 'active', 2, '67911786a867a00e12d9d7a9ec5788e9cea6820464a6f065899bbe0da5f146e3', 1790000000, 1790000000, 1);
INSERT INTO public.agent VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'agt_CBKQV7VRPXCA4BVPGBD8HZJH7R', 'slot_344d33588b285516', 1, '\xb84b54e8c13866cd5d1e4c481b3c99f7e5e8af640dbc7fb132c4864ba3e35b8f', 'active', 2, '9b96e081402f01205c9b8cf15b45531950b7cbca39245052419c3d0520d6995f', 1790000000, 1790000000, 1);
INSERT INTO public.alembic_version VALUES ('0004');
INSERT INTO public.audit_entry VALUES ('valley-metal', 1, 1790000000, 'person_d6b0bb3e62f7f71c', 'made a set-up link', '2026-Q3', '105463fa450a05c4dd914f6fd163c4a0804fcf08b24a4e54746f9b3a50809e4d');
INSERT INTO public.audit_entry VALUES ('valley-metal', 2, 1790000000, 'person_d6b0bb3e62f7f71c', 'entered for the first time', '2026-Q3', 'e823145713385205d77ec123f910c1d48585dad7dccf23e868f3b68a334ad9ae');
INSERT INTO public.firm VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'Miller Ltd', 'metal', '10-49', NULL, 'member', 1790000000, NULL);
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_b3b829faf11d2497', 'slot_54a05e59b823b78e', 'agt_8NB7G2PEDP78NCZ81R6A57MQVE', 'abababababababababababababababababababababababababababababababab', 2, 1790000000, '\x303394b9cf762a6bdd699139fd50ce259569ef658b749252006fc3d54a1e0ee5a390e357f62a737a56c5e4e0ac2073f88454bac161121011878c33894ce8620af17924da5cdd70e0b58a7946e6eaa90dab268c0dbe4422c2a2df8bed48bebb01811e2e59d60d969666411d');
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_b3b829faf11d2497', 'slot_344d33588b285516', 'agt_CBKQV7VRPXCA4BVPGBD8HZJH7R', 'abababababababababababababababababababababababababababababababab', 5, 1790000000, '\x6caac82925b3752ac4c927686b8c1c0c835a440760ee8f737b0865a8d6e2373ee68c6a87723149a2d1030eb8455a5314722ba4db8f496d8d50ece795e866493e00fc42f6232d95faf8c14ab0bd917b5bf7eeb18243f7c4853033eef4f166b7b4d9d48d936947f379618b68');
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_b3b829faf11d2497', '0d8d997ed6fde7761eeb', 'slot_54a05e59b823b78e', '\x2038d24971692e3e20e247cd33a6db6c452b80f7280b8bd9b8c686ff0114ba60', 1790259200, NULL, 1790000000, 'agt_8NB7G2PEDP78NCZ81R6A57MQVE', 1790000000, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'ae625360971321fde57f', 'slot_344d33588b285516', '\x607b5bd0138fe96f30357e39b82630c927f603b73e7ba69c2de8db0ada5501e7', 1790259200, NULL, 1790000000, 'agt_CBKQV7VRPXCA4BVPGBD8HZJH7R', 1790000000, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'eeb8d80a4e46e44a1449', 'slot_f6962e428ca07300', '\xc107a41bb0eba8c6a88488d09e822cd53a2aa54f5f90d3e7cdcfbea22578be20', 1790259200, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'agt_8NB7G2PEDP78NCZ81R6A57MQVE', 0, 'add', '\x7b226167656e74223a226167745f384e423747325045445037384e435a383152364135374d515645222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a2271534754714858573569383371346b30736f3034614b2f4273436a6e6e4234544a5a502b46394b357770343d227d');
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'agt_CBKQV7VRPXCA4BVPGBD8HZJH7R', 3, 'add', '\x7b226167656e74223a226167745f43424b5156375652505843413442565047424438485a4a483752222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a2275457455364d45345a733164486b7849477a795a392b586f7232514e76482b784d7353475336506a5734383d227d');
INSERT INTO public.log VALUES ('valley-metal', 6);
INSERT INTO public.log_leaf VALUES ('valley-metal', 0, 'f687c92f5004450dfad5a2836f51c130e2162ebab29d4dd1569034fc2487f060', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 1, '07185cf549f155da95239ada8ae0d80c9c568fe204347ecb43bf2405ec59502e', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 2, '67911786a867a00e12d9d7a9ec5788e9cea6820464a6f065899bbe0da5f146e3', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 3, 'bcc6528df3e41085759ffe407789a9792160907e1c5867431899242c00ee58ae', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 4, '01bab8f3035d8fc14b6374a3b6d2a2ffdd03673d346d9e0ba5ad1b313d8cec16', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 5, '9b96e081402f01205c9b8cf15b45531950b7cbca39245052419c3d0520d6995f', 1790000000, 'statement');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 0, '\x1ae5916fe23d43f96fd21c161efcfb13386278f012abc20e3babc3e6f8419b0e');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 1, '\x9d6533b7450192e1e4d711f91ef6747a7b8ecabfe40b8f8d6f6686b35adb91f4');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 0, '\x0a199cd0f30f1d775bb2ca8282b0d69bd36b04820af32396d7eaf7c817f5d8de');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 2, '\x5597ce8afbf08a628b040d309b0d7201433e9cb79b3e4f2ede69bcb93db81985');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 3, '\x91036a65da70937a0a0cd0a177ab88c8c43baeff1d03950e21e327d9d54f6a3f');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 1, '\xb54c8bfa8d5bf61215dbfebba39ba944723ce6d225fa1543310ee21b54c0b119');
INSERT INTO public.log_node VALUES ('valley-metal', 2, 0, '\xd339356f43f4cbc7245e117be48855333893197cecdde29a1a404009f58c4801');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 4, '\xc9df01547cbb21301ee0edc2e65817b6e254c4159cfd3d714484c248a9932c91');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 5, '\xb0e71066b99d0b38a2ff5fdb01a8fd573540219ab4c7110c2317d3f002e2112c');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 2, '\xfe86a95e50886f0be82aea2421f029d95d41b7ba95e00fa4965f82aa49f94f51');
INSERT INTO public.noisy_value VALUES ('valley-metal', '2026-Q2', 'count/web-facing', 0, '17', 100000, 1790000000);
INSERT INTO public.pack VALUES ('valley-metal', 'abababababababababababababababababababababababababababababababab', 'shieldwall-core', '1.0.0', '["check-000", "check-001", "check-002", "check-003", "check-004", "check-005", "check-006", "check-007", "check-008", "check-009", "check-010", "check-011", "check-012", "check-013", "check-014", "check-015", "check-016", "check-017", "check-018", "check-019", "check-020", "check-021", "check-022", "check-023", "check-024", "check-025", "check-026", "check-027", "check-028", "check-029", "check-030", "check-031", "check-032", "check-033", "check-034", "check-035", "check-036", "check-037", "check-038", "check-039", "check-040", "check-041", "check-042", "check-043", "check-044", "check-045", "check-046", "check-047", "check-048", "check-049", "check-050", "check-051", "check-052", "check-053", "check-054", "check-055", "check-056", "check-057", "check-058", "check-059", "check-060", "check-061", "check-062", "check-063", "check-064", "check-065", "check-066", "check-067", "check-068", "check-069", "check-070", "check-071", "check-072", "check-073", "check-074", "check-075", "check-076", "check-077", "check-078", "check-079", "check-080", "check-081", "check-082", "check-083", "check-084", "check-085", "check-086", "check-087", "check-088", "check-089", "check-090", "check-091", "check-092", "check-093", "check-094", "check-095", "check-096", "check-097", "check-098", "check-099", "check-100", "check-101", "check-102", "check-103", "check-104", "check-105", "check-106", "check-107", "check-108", "check-109", "check-110", "check-111", "check-112", "check-113", "check-114", "check-115", "check-116", "check-117", "check-118", "check-119", "check-120", "check-121", "check-122", "check-123", "check-124", "check-125", "check-126", "check-127", "check-128", "check-129", "check-130", "check-131", "check-132", "check-133", "check-134", "check-135", "check-136", "check-137", "check-138", "check-139", "check-140", "check-141", "check-142", "check-143", "check-144", "check-145", "check-146", "check-147", "check-148", "check-149"]');
INSERT INTO public.peer_topic VALUES ('valley-metal', 'firm_b3b829faf11d2497', 'T-BKP', 'offer', '2026-09-21', 1790000000);
INSERT INTO public.period VALUES ('valley-metal', '2026-Q3', 'open', 1790000000, NULL, NULL);
INSERT INTO public.person VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', 'anna', 'manager', 'correct horse battery staple', NULL, 0, 1790000000, NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', '2eb1512ed2001f2b421453497a73b62aa88eafc12d2bea5b19a4a4140c59a906', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', '027c6fc5e0294cb9702cc47d6a8a4c49520560189c745ac8dd62a9995d0ba348', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', '67b7c7be3b6fde2c7df5e45e1769218dea8585cebc493ff2b8d1ea002dae7bce', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', '657ec282226feb9270e4e6ac849f4d3fcb0cfece8420d43060541c07802030b5', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', 'aebc9fd25f85688a0e3d4996775dab520fe49dedb2b5ad7da695f70e170e5cf8', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', 'bd1e71cfa901bb0168f2fe90267af51507516d018f9263caf658a7addb9b89d9', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', '546e94fd810e1e00a42d3bc618fea8d21f37b732c2fcce82b27bb4c1351d027d', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', 'd72361d600ddcf3927659fc30768b80458b1be0185d028144c71d610cf526881', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', '3d459b2c9723d08bc64e302b817f573d80750838f3b173195bccec4e7c8d7a65', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_d6b0bb3e62f7f71c', '6f12ec4566c7ef40b4f9d66fc036a32d9355053d36c9b65adbaa66618388c525', NULL);
INSERT INTO public.statement VALUES ('valley-metal', 'firm_b3b829faf11d2497', '2026-Q3', '07185cf549f155da95239ada8ae0d80c9c568fe204347ecb43bf2405ec59502e', 'agt_8NB7G2PEDP78NCZ81R6A57MQVE', 1, 1, 1, 1790000000, '\x35e6f361b5773e0d7b0b43710d1303c08e7e572b80714faf43208640da05ed8057ae962e0173c47721130fdbf7c3b33938343d83a8e702334f202aebb0d8211c8f6ed179914988ed455f9a1f2c6b927b4c6e0eeab6917a9af3d96a4aa4e9a8ad708dcb84fe32ef5a7b520e8c984ce7cdeb644326826bbf572045b3ef7641e3b64aa4daf5ba48603de59d5b2bc28e0cda572297f0607d6d153a025f0cad0f4e0f9c9f536984f6134d1d21a38da7a8cd8557b4196c5dd3eb0a491a4b4c0b6dc3d65423870708d415376893e4be1ebc288de218d31fc707053dea81ba367575d3d009bb7582300ec6d8e846069b35a1fe2f2c9b8b810e363e9c9498b07dec4fe2c1b59d0ab6a078ec2bdbacec512afee5a641f98720dd56be0c98a5ffc9251f321ecbe48e5781017b12aaba822d631980e195a8d29c4298677dec3e92fbd348052454910eceef194428b26b95b398363b3e74e7303bcc11ca3dedb0cba415b646f1622221e4309b286302a8f4086fb4a42184c0811e97cf786520da5464db36e0a4e0db980f9aee5ee2f53913aedf70f959c1b2ed47a65e0ed533ceb3d7fba9eebe5394e21c3503683c4ec01a0da0df3dbe339ba3f36d2495281affddc699d9b44cff90679cd0d57ba7866c77707e5b0dda001773d5d9fb55c6653608dc6022eeffca9efb6af423f6e5d5be589da826b73daf4448c1e826094e273dac521e2681f92d63aca176007f3fd995b61f3e0aad51cde68dd39ccdc1d2d452dbf52e92a7c6b814d62949f07947f4212f593b130bdebeca814463ef6b759df53f93678b321eb532ced69177ac511f8ebaa99523fd9d6bf49d23ee173e3aeb24d06734cbb54743ee1dad8bab25b5c25a363fb9dbab15dd9d728c02a451f6e351d047284900580b0abebe58d78c58c9403eefd5b5ef560ddc395b47ee1e9bad7ffd073a5f0f13adfb2151562cf64df17d4d60abba862c900e261f5d4f81a9e606e5a452bdee0b89151dbeb6eefa0ba0589a6d528a99133db4785b147cfc3c7c21348afd7727dcc49b86a9c0bb8d49dd47ea606134ddf6742ead9d05daa66d016cf70f8a695fb2936de1ea41be1e8619e96281e0bea20722ddf66937bab97874a68dc78f388df775e858f8a6623263f91d37bf6b25a38429eaa1baac3c5101ef9ebe7ad7f5d0dab2881e3f7f7010f9032f9c54e67c2d34235a3271ad9741f98b66004aa971616f69becf48fde2843cdd5a6355ab01c41feb8ce6007ccddb9ac08ff1bccafce7753e0bb9cab6116e4155e7570acf35e4d40ba43ffdb822122d2af486d3c013688d8ed3735367fb6e6cc079202e248ba7a9ea2b6bd541dc1b272b80ae460b9ed512d3c7b2dc50c7c127ea74c3ae23ebb6d544588afce264d8fbd725e0c6b5cc7c946e06df23c834cf5822b19928a77eca8e3870a24bad9a900465d00d7766e772a620efee6ee13cd2d66a6ab48d8609a04b8b966ba09ed9bc07b0c113fa413b2b1ac380ad7170de2f809b932e33b0344e9fc1f5a7e63322efba518334d2d7230530c5bd16dadcd6d7e2117254134b9c1d23bba5ad880f06b945b8bb4566ec3c2065954ba0b5a8383ee8aa88d8c55685dadf873c91860967797563e45eb276a67efb28b4695adee64057b2221b515e92a05aede930b875e269c9e035859a5a4235658d5812e6e9118bec832159d25d5d9c6214f12354da9b9546839403d86526431f7124b6f81846b617b0254c1487415e9296138083e952c6686d400e14b1bb6a997effe12e7dac8c31d01b7470fb155b4eef46cd17862e24ddf53f0a80debbc2e940d46d53d513678001725c9acebcff3d4cdbc8338541c65306bd9172d4ce5cace3844255fcbb9cd458f94060182a030f535b96e77d099afec1d63336aecae8b55e8fe14840aa0c1e5e6b178c545f9606ff31b6851fde6a499dbcdce24ab6b7bbe88fdeaf5c5de570b764425523ec60a2e3411d3e5bebabd88db394b8eaae2f67f2027a2f4034023e816d25b3e1d4a5c6b20f58bb2e5c371b6e3fb9148f3118c09c3ecadd27cd074093a966cca772dff182d6ef3d9d278ff153a045792f8c6e336ff98cb38ec7103a28050000d6a5f38301f1c3b3fece283b051abbbcdde935d684a9df2e6089d863db8fe68fcd0fb4fe8aaae3ad6bd9545687c86250bde201f40a0efa15248becd553bf21733c2528f78853b5686f9f0bc7c95f8244626e88a69e7eb2adda8e36b2c5f9b05dba3753394a8690ce1a3bc0300afd41ec29acdbee369c5670bbb9845c61c0f144fa4ca2dd9165358ee696e17557fa8d99cc8c8828b3016327a645a4bb634dbd7e071ba6fa98ce3909d7e1402b74622fc51fddb34ffaa67c0818f7a00ed4c48c65793954cd40babd41b0e09db4f356f78b36f7ba30c7c6b7199d20662d11d6cdb93f5d9b96c4b47932965bdc1ba4a164d380eea40ca8974aee02b791228165a3aa300486cdb388972abe8d1318c9122ca7375d23d974964e07429e64076ca57632fb11204a17b48eec743994d09895d83adf818d862c9d075b95ade5fafa9bdb3b8f0fa0129d92f7b11b62ef70eeed1cf140b11651d30b9910c8d873f56d272b54489732b636bb5712982315792809f27739f77ecb98c1b012138fa4011c8b8ed13a4fa84eee02acaccbb4aa3fc360d9307b139e69b634fe9b6a70ea3be2befcd5a3fe0e47a90d49dc30a2b06fdb90d9fcb24c6a5e01e6b1b567215b4fd844e833a000d7b10b96567aa7981e9dec7686494429beebc26bb7');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_b3b829faf11d2497', '2026-Q3', '67911786a867a00e12d9d7a9ec5788e9cea6820464a6f065899bbe0da5f146e3', 'agt_8NB7G2PEDP78NCZ81R6A57MQVE', 1, 2, 2, 1790000000, '\x6f712f7bba0056111a320bd72729282f84fbb84c3d828b8de0ba0e1613746d98f93e367c5599a3c7f82fe184bf66ec465da8154a0d6904457f9307d6bf652343f8b763e423d778f0a70297c1b9b925f3836ea4f3e1fd7f580fad9a06ae85a659c63b2ddb3ceef7b297b2c2f716508aee02033fcbd8e4320ab8ea6e7ef1907776cb4273e0f0389672a2becf7438e869c2d205693fbff7929b53e855166462c308cb99d6c9547781e0ce7bbb80409911e4406ef9a4276f31e7e8984a4b64fff89fe373553173dff210ade819ca169b7e4a266373ed5bb08079bc4b7b8da47e0d8d69d32755e5415891191dbdda41e6c94746d32df8cd4d457b9d4f33d9c893635152091cb20b3e734a20e06286f06d40dfbe7e5c64ed4d9b5b818e43cd7abe9302fffb09de785ce8b5c7a55c0c8cd34f65169567ba38272829cecb6594f0084ec9df3d9f081fda63fde81c0b6e7cdd02dbf1dc2b0edfcf723a466d0040d7011167ba10d907667071b560b713f730b23f1f8d3e4e88301bf0242ade277cf26e9fde8d70507d2877ff198b3d0cef0805e52c53b51f48608cbf6cf554c2613e99476a20ba6053358ade1018737f242a9b0a230deb26864582be086c54773758ed6e3b19007c92be4c2af1f8bd7550a1d6177e307019413553fe0304dcb0599ddebc2e1ee2e7819c90a9e13370c8f3cfc56f14c4d016eacf17a916b05f3e80ab5c1a977e7adab390fc427fd1a50fc8cf3aa16f0e1ef97c684bb8f5f5660bb623548dfef256a0f7c48086cd526af77c8af876ceddedbcbdd2a85cac86f53dc807e558265b9b6ad5224caba201b3be6bc6ab8c21735de5a19890626742c43db0da6b3e0a87315f0d0811efdf21e811b47294ca89939f454d39d91d537b655a832e24910807435ce705217323ef08d7211db18d21dfdce5ae5ebef2cde300b254dbdadfe986c7c5dbe45400bd30b439adb1ceec4ab32ba6bf28bf33ccf9cb02de0216fc842b00a56b61674aeb4e413895158f9bd2cb501df56327c59758ceb307df16ac78a80b3bc4e30dbaf45edf4b8fb29008f514691e7d2ebc9ee1d99ae4a6a3f12000829d40a6f366ba5a15c4d4d41d47f0926f5a96b064b91534f3fc6cbf75d4f97a6a6be5322e9cb6aed2e52b2a4a4cf69eaa45a19d2e5951d491f9c88ca1c286deb511a0c76aff530e91dbddbc1e0696e98cc4ec4ecaa667add8807c6645856698aa00e953051980d99d8eb1df14e023284f5534f34b212012596752d05a54953402fbfea4a49566266ee0c46fb07b4e47a1459c05a7854ce2c2f80550a7647199f56f153df24a4f69c4c2f077505782dc4f070725951c3543945e150f5178550f96d0428cb969fbe0a296f40f7288e3e775a4ae53d9085d2e28648d62442cca98d657db1925db5ebac8723cb11246ceb98aada92158309c161faf494aca1196def523c5903c0e9f1d6f9efb7007b3221c025613dc3689d372ef2a38ac8b085ce98a269aa33ffc64eab7ca989e0460275e0ecead55c01f56fa60859b6459792820dbc938f42c8f94502d219fc6d924110255b56a4cf34cf0eb2342aef9fc6b0c0965b7e3cb68cbabf4002ebca4592550a4b96e1639c350d7b805a1cbc1e5b49580d3ace5edc93988a451201f504c4d6ff762e86e28c9f9d5b0cd5cd628367e942763d0919c4d1a5318c0cad88e452ee17988e09fd17f91271c6358550e6126a2b293179bc87292f14d733c93ab7cb6d3e4e7e86c154581972a567e174879489d8bce5a254226d2ead9085ff65670ca80cca8c2ebdcc7af47475a81588368676f6a7aa5e58c6fe3578c3251cb05f9bb8b3d3018a59b1807bd4875a7bb31c9ec8e16969ac80eecdc4945ce71ed07415c6fcee4845a63785baabb52d95d51b05c3afb40633028330787c669d40600d7dda4bd89d41e0b92c53320a2cfa9622bdbb58e048d7673dc6aa0abeb7a6b12d4b3507ca3bdc2ac18edff1d6781f5b3342a5ee2354d5d734855c843cc7ebf949b6072b67ba51536f91ad17a7b9339871c9f0a06baf1ac5daada0453162045a01fec4a65e4415b1262d2c111cf00a776568fe8038242c52eea203b507b196caca1fcd74895c6c785a1ad6ed875240614b6cbb1af42f8283ab4bbe95c477be36bbff34377bf3409dab2f33d8e94659e3c60d6ed52b1ecad2989b59cf06e70c08a20bff4dc3de48954732152b452f5109ae9951513e6d81d36f704a0954c521e52103f119a1647914e329d336a2f70f1a7dabee87a872980f5aab33d1711d13f7cd36f5d69eeae740f1ce6a6d3ab4de2a2e32977b711f445d90a3b2b67a98a2a5064ba39b7c4170ed87716ac17b0485ac1316d2a6ae92feb1a117216e244e11cf741065410222b0fa47747aef267063a49510af9fd77da0455255559301ecebbf8ad84bb3050322b985b1eb223336e1ced76913f83d799211647ffbe11aa85749ba9c702e586adf692304646a287679fd71a807c216c2aa541f57b54f54b26cbc85c9a321a93745ca4f3e724e75c56dfa527a716e4e009a0f6ca6b301a99b9910d69b914def3b265b115dfe1657dbd7330f6cf1d9b91451df097a4caf4c30cc7d915a2bd9d0759556af22d66952f342e76ec054da7a101bf694fbbc7bf1652f0b7e0d4ad298fffcaebf88c82260dbefedd4ef0845b5a0c14f153994cd801c830645283570dd35bfb0a6964b25e045a3a388f8ed3000913898c7cb78b7269ecf3cce0d77b57f68d0a55794409a91f9bcd8e25');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_b3b829faf11d2497', '2026-Q3', '01bab8f3035d8fc14b6374a3b6d2a2ffdd03673d346d9e0ba5ad1b313d8cec16', 'agt_CBKQV7VRPXCA4BVPGBD8HZJH7R', 1, 1, 4, 1790000000, '\x236497f6745d429612f78ace77ffd57513230a8aa3fe37b3f867d1de8111226716ced187c682ef743848dc880e24104097c1efafee5c2daa1dbc374e2557d7ce0556314c9da3331c63be43fd0a926c03890a11068db10f80a255c647d4144bc773386fff56aedbde181d0e59cf23b8b95dc4f0706c75387c4e577fd9cdbfeea4aa0a1c51e7ba0197072d277bba55411e3f0d495c975d1cb1044286c3a8dda195f6c003dbbe27a592806280cc0b6b43575bc97443016f5494459da144d2784844f1621d2fe53bc385de6b36d74d25e74c1f30b8c2d63d1d098c122e34a3f07a1aa87e501983a810474570d279d06b39476a3a3cb3a23ed3a05ea2f640417962b6920f6f8e46ddd2f5e8f1c2410b6065e138ca1762d8f3c33a222176a5a0c21f724e88a5aec766f045470d06d063953fae35a9eb4b3d118d9177f451ca0aebb2cd14e03a6cdfc0b14f0ab6b951e534c693f78b98d9d347579625f3be635f796d38e3eb67560ce0fbab3c5fbe6a4ff3c94854edd9e11d4c92130e1f70af7e0d42fb2cdbde91ad3d32b7cf69107774b79beafbb8f4dec032f4a1e8f7b5579183dba29b19858b6866c214734946e8e99f2fde33b0a8652d347db3982d72291309788e4c86d8e23e6180cf63e9906bdbda32c27d218ece5fb4bd2c0b5d4e9d9f34687e60659a445b1e65236c34f1d330622ef6d0c7bb25f399b767ff202a5beb3946ec8ff13b84abb245bebd21ab86c85ba019d4919df2e348a394e8ea4263faeb53e7c351ca0fdd831789ce12cd998f8777446e6cfd5a7d42ac7ff59d0cc69591826e224210fa8748743a0f0590bb4c4ddd557040c0e5faf5aee06d458587b0fc519f98b55ca99857b3a6defb0523f5abb5be77125a180b38c3c883d56a141eabcd2bf732ef3359dbbf8f1cfa0afc5be8228f42975e689d231bc234f456e3c8ec0e32963da2b572c355d2a1930853ccdb22c0bd0f724b8af69bf1da258a5236280bc9c02a76e933f21eef97fa94bdb0257b81afdc22f1a4d7d57b45982d20a5d6bfa9246a26afdc713b5aef5d76c478a2126b5daa730e8878c441d543b4f1bb0d92cde76deadeec206d2caa254efac16903b7f5b5e0d56e95df2fd6082be89863d61e0f44d27a1180eaf144c91613d6319403f3b6ea6719f7b34fee46f5216bc9e9180ccbe53169f918337608fc1d8fb54bd65e0d8a02d3358c7dbe92aa92a5c47686b9103c857eede795b8905d82d56167d89cebb4f7183d68093fa7f88e0fe9b52532ddee4418930ee52588fa0f5c8ee5cf779172003a877ea976e89571803fc0fb6f50f8aac2507e67af0b7ba19ba84fd6aefaae1586affe2dd8b6bb4dc9996fa699539653fb50761d307bd0989784cef63ed05662f4540851233f04ed5386d71fa3201511c8cd643663075f494f88689dd396f12a7691689469a0b0d186bc4fc71eb2244de5d5320ec3eae3b7a73c125aab8d282ea9fded723ab003017b8931308e9e5ae57751308762d323ebfcece7795c4d17045f1b5c51f3e09fbebb8dfac0af1d24bdd6d16403369ee997f3f570fcad4cd1b76b934e5a9fc475b210bde8aa8e9fed0aca9d5bf64261d3348452a22626325d772a765e301fb42e916f47505c2c7eb4dfa7c27fb15e1d94c50d668c968724e154671d13eb72206107520a6c109a992e3f889f5c81a591ea7ff317e6c1d21d13b9d6f0477addb7dbec95c050b6067d013a0c792a86cd16a24b3f8b6d9db41f8b72377f26d4ddd5dbe95fcada59823e8b0c9587b17ef7b8e4b4b185eeca63bea1cdf66e5da29969993780009734b87c0385d57d9b62719a28bb1fc8ced3db7c6edb6ba0d97952effb33d2133554b202fce0b86cc8197ba2c7c5515add131351bcf2ea084c08b3223635de272c5a7874be295d6354ac2e870b2441df2697b9eff97c1c5f6b838841c2e4072d08eb2659d3b8670e0b1200aa6cde80e3806ac940373d3d37f1b53c93356043be21692de160c39bd859432b9422de92099fac124601524e5bb6ecc2eddeab4b8df11341c9b1661c49fffbf2116c7c8d8700eeca93f7902a40975fcea863ee0109f3b4df47d3b0b88206b94ac3202d6a06c33c422fbe2ff7c620c694d414e556322d1976624d27900c0900121bde2b03bdb630c59f80bbf75729ff3d4280c2d8da5b451c1ad328d244bb461606943f1b58819405688c3d479ec95e7609b2e4f8be42b6943bd76387c9da80d1375bacee785e09c03070b1e900ae0ab56dd294dc699e123dd51fe8088dcadf9ede3a6231120593df337579b7fe6ef037f4ea0a562702f29acb7f5f85d87da1af3e13833455c287aa68945d6f2f407664495aabf73956c947358a052d2b30d39be6be5b1f79ff2d5025b5109a6674b451c1690277787baab6aca6a10f74987f528fb15adbfe75c58f917cf7df23cce8efeeb6561eb2a8ddcda475743d182ba36bdf81aac40e6c8b4911e505dae38e1edd5cdf71c13920d24654313efa5607d9b125174ddb002523bfe5d5aa46b5badc2355804de30c2118c2584f84064dc78c2a661e3a621c29b9b8bb9d0f748acbb57e932af0c3134e5c17131d054246636d4f6a98f71035407fba291d8224bbc6c09d335e7d6bf74b8f0803fef258109250c1a47fd66a5fb2c8b4e50857f7cd221abd2adbcb4a5d6271bd0840a4a964d502920eef6e79fde0935a8d28198bfeb296022bee142830bd0c9bad12752475cf4dd2d9bbcf8db9bdd37693bb0f2cb3140f65022a75998a5288');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_b3b829faf11d2497', '2026-Q3', '9b96e081402f01205c9b8cf15b45531950b7cbca39245052419c3d0520d6995f', 'agt_CBKQV7VRPXCA4BVPGBD8HZJH7R', 1, 2, 5, 1790000000, '\xc3cfe7f61c61926892038874ac76b63ce3cf002719a75a795e1a37fc3071a96199170346c63dbc54b5febf6fa0a35fc9d94e71137fe9ca4fd876c8a9d0c5fce9401ed6cfab12104b804d07e371c41f1e5a0e4d16011709c9499a0b113d6a619159e103e23a6663154d45b380d681e81045423c4d0667c5312122a441011bddb77ac8f6f02fa32e4b262f459ab6518e84d1fc89a6ebd8b8cca8c7f48eb50c5e4697b512ac22a284cb1d8f0a6e4be09319e2eba1a1669b1c6020b24aabdd7ff843a99fe4b4581837f9d7bc8b3f1342c75fb023adf7569cbc2695448b1721cff7d54160c541dd4a650d84e24151f5cfc94c929fb287ad60406ba2889a1b34db7220b3667915b57e21e06f35089ecbc6ecd3ed63b869602ca00565858a31c7f8a2ea18425b2de1dafd8f4c4350007dafe05e6f9752239f636d61e4e4d986a6de87f79d8bfb1bb7c2ec00d50be9f45e87214387304ec092a3c266c6eaec1e8eab4d750732ce8f30e0004a6a9a7d1d132fa979f3399a9194ec61f1534c92292e41a58156a17a516b4f1bc557dcdb17d37a4d501cfd106d9f2c3a52495905a0dee6358a5a3427de7f8700a68e997429d9b21bd15bc63debd5775883f7f65fcb46a5e777df489e93922c3e32ef84d2cde0a434042c00fbac248fc6da0bd0ece5dda02c706670b3286a1898df0f0ae59bac201eccc559b5ef5dc2bc7b50243ce809b4b47bf5a12ce4845d48ce3816e1ec5594b0c2ee4b148cc4b844698fb8c278f37c67eee9545578b2f659dfeb683a891aeca8d3ed8de0f69580ad8a369bfba8e6667eee19fac94f802f5d65378529f0acd7e59ef8b774e19409643e0efde1be08701a7c8fa330ef0f1ffcb4250589b992c1e094bbe9b5552021e4d9cfcb089712912ffc9f4201486c41a8023a9bdab9ee2aa27fe188b5f007d7139b0c17ad475cfeb816b411b206ed7eb3cf3026ca44a5b58a89830c47f1881f70d7cc256bc84d5ba7121e090076ebe039297d10146fa4272af1a2060c7858d1d4d17d6d71dd501c681dc34b7f54752ea2aa22291b52ded6ad877c031137509e3e6d01d0653256301bb7e6096a1c869cadf72f91ada8ed1c410132495af78277a6b2e2775ca00ff93e1ae8fd91805b7bb506cb87c80a343a04f0c16790f9372c75bdd24ba61b5f33011dc8e114ee40154d3868e1315e062a25b647c02e954c579a7c959b9c9d6cc81164442153c44b5655a51449fbdf0a98fdd30203768fa69ba1fa91d1befb84363a7ba3b13ec7ebf493a275b2c1ae3565a23a222647075f7105d752915c2bd55f96df183e92003092704de45d4b226bffb7097cf085c344b3e463ef4c68b810b157c584b4d31a9934062118eaecd3e70a491566fe1f996130af2a109a1855cbb5c643c2f31d24a760d69fc2ec547e9cf38b1e6a1d3156bdfc91fb8a853aa4fc7a13bb96f3b85c2a8a6cfa1e932b9b2c18ab8f90df228603fce6107001655a62f99e9eea59c36e876a30695e2220412bf965f663cc147ef6c1f6826889c9b25a01f86633ab387ff20a56c1b2901f23697bff324f58885ca18ae4f259d98eaf06ccfbd509e4c5657ab08f3a90de93b0c749c0df1644bdecb5fb1ad0a2901e7c9a0eea04ae988471268e1bf8545ecba9a50b4748a1d73d67728d6c6c03de188dbe4eeafe3597ccc94e17c47dc3063867f5e8023b267995a86c0fc328fb32b4bf26235e9f581d51f8d2dd6b6a73892179e4cfc78b78d4fdf67c829f9edf2a538e48994c40507c1508728c16219fc7ad34bc1e3e761274a3cca678e4f3ef37ec9c8e90a4f6ff60a5e0f38be33113aa1917db24d33e7c8796da6b91c7c648e406b26d75c4355be704d645edc891a65013b10635590e545bbb06c242a77f0ee7a9028be92874c6f7c4f7eb63bb15fbe751d4a398f11da38127365fb4691b123c0305edfc07152c13b38867d03f241631c516dc95e1503e56b59b58459377723163aac88d0983d3639398ab0328a0c19ea1639b9591a092e9b3ac7aa95cf77696e41251218c6fc01436de81845b41a5a11ab3ff65dc56d7c5c440cfd9f44d25827b48fa43194adbc27702dcac581f2a424c9d10443eb74a9b78dbe40deaad1cd4900a63efff3e9c286e95fbc361bc6479e3c07dafd192aef135234af241349af64266e8b3bd629b71ec382975f739aa12cf50343d87119d34e2ef615bfc6af86956790701592d5fd536f4e4d64ff44fe5f9b8161e78aaf331ea61e85e4a0a82899d1fa7c823d88539711d7ca875c2954683964b625990b228512bdb8598b4482480c5e20b38c6613995bc35090b0f204e7557211e87afbe3f584ce2d399f9bcd19e71a0108f88405da17e51488163b68811cba7ce0b5ded97278c68f0d81b858a465e364e0af286bcf656219dba009abf5c1dbf60915ce4a90366dac71e1a9c13be35aec9a10a6286abb44abd41025eac224140fedb154389c09c0312cbb33ade9741a277c58a215c907d1cec9abf80df5dc260c6a6317c18b810ba0fac0115deb2cf8f03ee836002b7efb94a926eae7081f1e4e4b81faa101f2aad9d3b17ac90463937effb26c53e7acc1c89127a9841e079ff61e16363e950d7792c3d0d6b618fc78507ed63cba6b3b81c8715f1dc83dc3cb25c94f031b17c9ee5de3d771dff190fb163cc4f0b7dddbb3f5c3c49dec13949b92f8ace98b70b8ed22b0b8c37c73fa8f46479585cbc0f3c9fc22238ef239daaab573391879f2d2724255654d3d830dd');
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (cluster, firm, agent);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (cluster, number);
ALTER TABLE ONLY public.desk_session
    ADD CONSTRAINT desk_session_pkey PRIMARY KEY (cluster, digest);
ALTER TABLE ONLY public.firm
    ADD CONSTRAINT firm_pkey PRIMARY KEY (cluster, firm);
ALTER TABLE ONLY public.host_period
    ADD CONSTRAINT host_period_pkey PRIMARY KEY (cluster, period, firm, slot);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (cluster, firm, invitation);
ALTER TABLE ONLY public.key_event
    ADD CONSTRAINT key_event_pkey PRIMARY KEY (cluster, firm, agent, log_index);
ALTER TABLE ONLY public.log_leaf
    ADD CONSTRAINT log_leaf_pkey PRIMARY KEY (cluster, log_index);
ALTER TABLE ONLY public.log_node
    ADD CONSTRAINT log_node_pkey PRIMARY KEY (cluster, level, "position");
ALTER TABLE ONLY public.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (cluster);
ALTER TABLE ONLY public.noisy_value
    ADD CONSTRAINT noisy_value_pkey PRIMARY KEY (cluster, period, output);
ALTER TABLE ONLY public.one_time_link
    ADD CONSTRAINT one_time_link_pkey PRIMARY KEY (cluster, digest);
ALTER TABLE ONLY public.pack
    ADD CONSTRAINT pack_pkey PRIMARY KEY (cluster, digest);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (cluster, passkey);
ALTER TABLE ONLY public.peer_topic
    ADD CONSTRAINT peer_topic_pkey PRIMARY KEY (cluster, firm, topic, side);
ALTER TABLE ONLY public.period
    ADD CONSTRAINT period_pkey PRIMARY KEY (cluster, period);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (cluster, person);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (cluster, person, digest);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (cluster, release);
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (cluster, firm, period, digest);
CREATE UNIQUE INDEX agent_by_id ON public.agent USING btree (cluster, agent);
CREATE INDEX desk_session_by_person ON public.desk_session USING btree (cluster, person);
CREATE UNIQUE INDEX invitation_by_id ON public.invitation USING btree (cluster, invitation);
CREATE UNIQUE INDEX log_leaf_by_digest ON public.log_leaf USING btree (cluster, digest);
CREATE INDEX passkey_by_person ON public.passkey USING btree (cluster, person);
CREATE UNIQUE INDEX person_by_name ON public.person USING btree (cluster, name);
CREATE TRIGGER audit_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.audit_entry_refuse();
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_cluster_firm_fkey FOREIGN KEY (cluster, firm) REFERENCES public.firm(cluster, firm);
ALTER TABLE ONLY public.desk_session
    ADD CONSTRAINT desk_session_cluster_person_fkey FOREIGN KEY (cluster, person) REFERENCES public.person(cluster, person);
ALTER TABLE ONLY public.host_period
    ADD CONSTRAINT host_period_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_cluster_firm_fkey FOREIGN KEY (cluster, firm) REFERENCES public.firm(cluster, firm);
ALTER TABLE ONLY public.key_event
    ADD CONSTRAINT key_event_cluster_firm_fkey FOREIGN KEY (cluster, firm) REFERENCES public.firm(cluster, firm);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_cluster_person_fkey FOREIGN KEY (cluster, person) REFERENCES public.person(cluster, person);
ALTER TABLE ONLY public.peer_topic
    ADD CONSTRAINT peer_topic_cluster_firm_fkey FOREIGN KEY (cluster, firm) REFERENCES public.firm(cluster, firm);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_cluster_person_fkey FOREIGN KEY (cluster, person) REFERENCES public.person(cluster, person);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
