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
INSERT INTO public.agent VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', 'agt_2ABY6Y198R5QAG0C0CQ6DEWGTE', 'slot_663769d34ac53b2e', 1, '\xe09c485eaeca2f939caa5d23f1dcda6a40905f366eda83465bb969deb99de3ff', 'active', 2, '0c6c22e04284983890d8ac165104f67c25349bb4dd99015de57b26a925250a91', 1790000000, 1790000000, 1);
INSERT INTO public.agent VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', 'agt_V5WJW85EAPA9QFZ7ST7Z7XG1FS', 'slot_48188007dbd19d34', 1, '\xadfb8d946d6939597b60f982001a6202112eafd72a85e3265d91158dfbe39dde', 'active', 2, '3ff573f0e3d4e60767c7e4f5da74125d578da7721787d6d36cb50dd52bdf9ef0', 1790000000, 1790000000, 1);
INSERT INTO public.alembic_version VALUES ('0003');
INSERT INTO public.audit_entry VALUES ('valley-metal', 1, 1790000000, 'person_9b0f8278692d7cbe', 'made a set-up link', '2026-Q3', 'bb963db29d2665f84eaa890e96533e086ca96e55dfd1031f640046184a239364');
INSERT INTO public.audit_entry VALUES ('valley-metal', 2, 1790000000, 'person_9b0f8278692d7cbe', 'entered for the first time', '2026-Q3', '9512d1f4e7b5bdfa09d47fad8c783168d518fea79448ca3fc7c19dcd93e23847');
INSERT INTO public.firm VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', 'Miller Ltd', 'metal', '10-49', NULL, 'member', 1790000000, NULL);
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_0f5a872abebb8ffc', 'slot_663769d34ac53b2e', 'agt_2ABY6Y198R5QAG0C0CQ6DEWGTE', 'abababababababababababababababababababababababababababababababab', 2, 1790000000, '\xc5a7f27cf3f9825e54e66b323bb09fdc89cdb5c8d4f8a49cb9b2ef228dcebd58a0ec767d99db56b487baa83f0c9e017d156bf988c9a3a83c585b7b88f2a974ddc3743d830ae1a85814ed5c6ed2fbed6bdc7df751e27feee3214a9609574d81a76ba43faac10fbe549c1a28');
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_0f5a872abebb8ffc', 'slot_48188007dbd19d34', 'agt_V5WJW85EAPA9QFZ7ST7Z7XG1FS', 'abababababababababababababababababababababababababababababababab', 5, 1790000000, '\x7be31d12ba65b28bdf72aeb5d8db25c4163844a6efa32096def4e6964f5258c8f3542c1ebea012367ce96e64bb17ec7336a1efc94c85335c7f6841587175216d7354ac755b316a742b152bbae4add2f283d317c0574169134737827019511b963123f26d367899880d1a71');
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', '9fd5b2f658d4b46fc565', 'slot_663769d34ac53b2e', '\xb9f49c2499d329a9e97d764aa6481f7ec1a97de7d18b99d902d2daf8ef266f8b', 1790259200, NULL, 1790000000, 'agt_2ABY6Y198R5QAG0C0CQ6DEWGTE', 1790000000, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', 'bc3102871b20add0799d', 'slot_48188007dbd19d34', '\xb1f32a1f826017c844651c1d5f454e885d8c72e6f5bd0d77a43a5a617bb9f9f4', 1790259200, NULL, 1790000000, 'agt_V5WJW85EAPA9QFZ7ST7Z7XG1FS', 1790000000, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', '5f42ed14c0a75982f4b4', 'slot_1c9929a5a819a437', '\x5f65bfa00371d4dbdf5d8cff1e9d8c3959d5826c44e6b77fdb799292f08e8006', 1790259200, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', 'agt_2ABY6Y198R5QAG0C0CQ6DEWGTE', 0, 'add', '\x7b226167656e74223a226167745f3241425936593139385235514147304330435136444557475445222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a22344a78495871374b4c354f63716c306a38647a61616b4351587a5a75326f4e4757376c7033726d64342f383d227d');
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', 'agt_V5WJW85EAPA9QFZ7ST7Z7XG1FS', 3, 'add', '\x7b226167656e74223a226167745f5635574a573835454150413951465a375354375a375847314653222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a227266754e6c4731704f566c3759506d4341427069416845757239637168654d6d585a45566a66766a6e64343d227d');
INSERT INTO public.log VALUES ('valley-metal', 6);
INSERT INTO public.log_leaf VALUES ('valley-metal', 0, '8a15f2445ecd1e3e7f7d7658db2b013ac68ec7c4c0b33be9f85235f9fde07e47', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 1, '169ef92ffc59dc4f4014e25d254c4736c1cb5ba435921c2d9eddf8a94be5f2d4', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 2, '0c6c22e04284983890d8ac165104f67c25349bb4dd99015de57b26a925250a91', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 3, '8046341b797755314d375f321a3687daa32ba8c30ad0314a1e0c808bb2a42d4f', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 4, 'd742442733b90fb5d87239c098c067d3d9c52639f857b5d070758ab7e0488bd9', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 5, '3ff573f0e3d4e60767c7e4f5da74125d578da7721787d6d36cb50dd52bdf9ef0', 1790000000, 'statement');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 0, '\xa0d24bc151b4353e30daf14126b9907d076615a0fcef255cf15b0e08bb29e36c');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 1, '\xf8f0ab8f1f107d61d7ada8aa5b7bd9dc7880c942bdf8ad549eb254b51636327b');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 0, '\x86bb7e88f5f724ff46881b5a4a36161bd943952e9087244e4d3b8686e57ff738');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 2, '\x0a652957e7c05def35ef8bd1b401f55aeb6b641aca769ff70d0ab2b6e3c45268');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 3, '\xb3550781357a809c9f0af1cde04802f9c6aeb3cbeaf16fc3ecef23f705ee5e89');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 1, '\xa3977999979307f51d5cd661936ef053507b5ae882220cd9ed08b3bf6d5a1154');
INSERT INTO public.log_node VALUES ('valley-metal', 2, 0, '\x87a2097725c6aabbc88d76b49debf56189ac1a3b7c9a50155f4428f46705f0da');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 4, '\x9d73b7e128172f391cb641cbd87c01fc71922ac51c5f2d719f9f769367a8900d');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 5, '\x208599922935f5f7a4a673bfd5d6b0169a005ce49631b390efa82e451d40f26b');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 2, '\x83b7cfba752dcf205de66c6d45434843aa1cce5ba066deffb9c704965a1a2795');
INSERT INTO public.noisy_value VALUES ('valley-metal', '2026-Q2', 'count/web-facing', 0, '17', 100000, 1790000000);
INSERT INTO public.pack VALUES ('valley-metal', 'abababababababababababababababababababababababababababababababab', 'shieldwall-core', '1.0.0', '["check-000", "check-001", "check-002", "check-003", "check-004", "check-005", "check-006", "check-007", "check-008", "check-009", "check-010", "check-011", "check-012", "check-013", "check-014", "check-015", "check-016", "check-017", "check-018", "check-019", "check-020", "check-021", "check-022", "check-023", "check-024", "check-025", "check-026", "check-027", "check-028", "check-029", "check-030", "check-031", "check-032", "check-033", "check-034", "check-035", "check-036", "check-037", "check-038", "check-039", "check-040", "check-041", "check-042", "check-043", "check-044", "check-045", "check-046", "check-047", "check-048", "check-049", "check-050", "check-051", "check-052", "check-053", "check-054", "check-055", "check-056", "check-057", "check-058", "check-059", "check-060", "check-061", "check-062", "check-063", "check-064", "check-065", "check-066", "check-067", "check-068", "check-069", "check-070", "check-071", "check-072", "check-073", "check-074", "check-075", "check-076", "check-077", "check-078", "check-079", "check-080", "check-081", "check-082", "check-083", "check-084", "check-085", "check-086", "check-087", "check-088", "check-089", "check-090", "check-091", "check-092", "check-093", "check-094", "check-095", "check-096", "check-097", "check-098", "check-099", "check-100", "check-101", "check-102", "check-103", "check-104", "check-105", "check-106", "check-107", "check-108", "check-109", "check-110", "check-111", "check-112", "check-113", "check-114", "check-115", "check-116", "check-117", "check-118", "check-119", "check-120", "check-121", "check-122", "check-123", "check-124", "check-125", "check-126", "check-127", "check-128", "check-129", "check-130", "check-131", "check-132", "check-133", "check-134", "check-135", "check-136", "check-137", "check-138", "check-139", "check-140", "check-141", "check-142", "check-143", "check-144", "check-145", "check-146", "check-147", "check-148", "check-149"]');
INSERT INTO public.period VALUES ('valley-metal', '2026-Q3', 'open', 1790000000, NULL, NULL);
INSERT INTO public.person VALUES ('valley-metal', 'person_9b0f8278692d7cbe', 'anna', 'manager', 'correct horse battery staple', NULL, 0, 1790000000, NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', 'cb847f9845c2df53af4878554e08c659745ac7ef9736acc6334323b29afa4147', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', 'dd9e9af0477199eb70fb8762b08410f5572ee9572f2d655f49e2259175fe368c', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', 'b33a258c1fde4dd506a3b6a6a57c0d8170633a1daa9c2ef3489b90f2f080fc44', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', 'ca0b6a4bee8e61e0a274d32077da4a26763642e63473a94b2a28b38ab9207ca4', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', '60f438d288960003b94149f54a7d9ef907182564f9188c8a195351f43fb9f8bf', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', '6e389621eac46e12634fe02f8710031b9364e80a5a84a8a241adaef424fb03e5', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', '4cd96e3d72fc478ffa918f84d21d6e1c49e638f54301742e74e0c80254d337d6', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', '773cc1f3515aabfbed4eb7cf68f46b1979e64c7472892ba7b988d919222fc4f4', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', '8abeedba95f61e62a2b95d64b437415a12ae1c1cdef08f606fdaf5f827156e40', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_9b0f8278692d7cbe', 'e602633867a305ab3d8b6110516ab4c1e97400cd58c3016f3b99862d55cf0e5f', NULL);
INSERT INTO public.statement VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', '2026-Q3', '169ef92ffc59dc4f4014e25d254c4736c1cb5ba435921c2d9eddf8a94be5f2d4', 'agt_2ABY6Y198R5QAG0C0CQ6DEWGTE', 1, 1, 1, 1790000000, '\x6303b577baa9fa5fea07e5b5b3cfee534007199c651cb59f1245d3fba3993bb95102adf5b59dff97d050e6799ff75e6c39aebcba01dcb231fbe0e5610d24917a16de44e876b5914102bd58e2ab29285ff00c24a86db042ce732f18279074c419bbc3cadb744de7115d6bc984de1b0c2f64cdc601d1d2a2c094fe3ad228f288057d74ca881618df8d24349e295ad5cbe43bf401c84cb743a3cee5710f0d93686ee7fed8f1d92bd631cc120937309969b6ba57612f4871529b555615532498218938ed2d3af8a0f23c498643b7ea0ea89eb40481c64411c956c218cea5c61da4b07f1a51e2afe14cf4a0fa5f27b2daba754501bd302120a8fbee2c5575de54510e3bebdb59ad1ffb20352b6e781d99d03f64956aa346853b9eab80778f3b5f87a2bf0327e73ba35729ca18fd665714d95f3ccb3dd6d8d3420d433031c961a7741329ac151baf41c6aa52cc9b9b301ea0ab4a883dacc02b68eabc3f8efea8bdcedaf4e79a3640e100165d6162c9526c26824681fbdc045a96497303bdb9a2e26534c31de8a4feac1e951511b823c7ddc71a6088289c5774ad2ab4cab8eb74587731efda5f5ecf265d0b02c6f301ffa52a4dcdf3c8655bf70c01249362d5b1a571724bf7653e8e52df9c6f08e836e424dcae916329c9c357cfa095963bd9bf577655b253167cc061b66f1b1c5b7da96d8d521fe1ed6bd9d1052d9184ca569878f17c4b71957d422385cf7e90cde05e1f0358c22729c821cac7a7e62ad9af3480c150137d51bc177405c0143b11a8d9b0899ccec30dad3a59b54a97c0f71c05599fb13a48db215e7681165ca3823923685c213566e409ef5efadfd34b5151ee253a6cc8324ab7bd019828998670b1ea3ce2eaf739068a8a8cd12ccf6cb9c449c346dca0badee667e8e14cd89edb47b640e9cb4056cf084d93352f17a0b25d0c447b5c58e4d3dc0cce34804ac8af26d6292413c05f049bad7a0bbae1ec494dde2284989001a82ac0083a8b5379b482b5bf9f5c96d5fe928051b4e57525ac4ea69e05ece0d5eb85bc78955efc7122b92c72a14e2189501c505fb3cdab22436892f809f0d9bb005965e97d560c07b5341751cf1fec0e402fdf5f49c728327c6399b4fc4ea606a0ec065b83dcd16b3eddce3fc0bdb98e5d4d73f422faf58b083d6d1ecc6e3c503da0a1e3b2a4cf5ecebc65bafe446c4566608d59f8a65c6b7da489d718ca610d39dde11a060ccde60c4d5877dee6366182fd2ee3f2e18fbe8646019a8d212d7149b4bfa4ebac29f10d27dc556973e7f1963ae48ab3fa18b6154ae2496295e34b849ad142fbda9dd2782aa7b21b586ef2c045736a9f4a6c2b1cbc08b4e48138201243996a626b3396cdcdd22d606a47bc19ab463c307308d9c22ba0f5dcaeaf1d844ee9a338596c6e0795804a7536f8ac02e84ac326825801039ca79c24275f801a053e97c87c00b9e4f95b573674d8fd81cc2ff3c8ea6d119f0e4db7d47c89cf896cd95f8f2848ff4f8316b957130951b868e649b01bb3ca088a8b99b6ade914ec362e32acb4d264adcc636ad76dd40d2de510f7b7c36280ec9648032fae6c903a65b85bce298ae67c45e27a04bfa896d6b61a2dd558c75f7f3a91c1d6f182b5e287f4c9759f8f2b5d8e5cca24569813ba2118b4677db0b126a7ae54621b03d799f7b5a5dda84cb0979edf175db3123f7c489e7a2d8dc2fca095c19aeb67cbea382898e7981d9fbc179a8735a23a873525fd50150a49272975cc1394c6ad4d24c52f44bcba4d922c60e125edd502bac92a6e773b4830e8b2fb9f38fc1c83e643725b2424303799a1d269015779810d28aa64febb9aa00ee3408b2a5f795de4b60a7c75049e500b83e43d105809f6eb4a8daad04b05077ecfc80de3e18621134f6b982d3ade3f2a350ad70c179975ee5266f41d02ea40b756f5de526c27ad0766d6d727fa2089537b89aeb4afbbfe1fd7693a08e3cecfa575aed80d468afa2982f9f7e7648a188e630b00b398f09b25c78b0fb71f12471053cf9309775644998b151df541ddb7f54cb312a4f525083d07b1aee4ef94cef8356c0af41f47425afbb2f222ecf0d006df993f351eed063996a963654c036d037aabcc0b2a12e60ed84412e7ae46d4c40fe4cf30272f07adb21aa032c64e488a4e4f6eafcd3c11d95d3de989e7e89cdc28dbfc547726d1069436f0fea830c13a02d4bfce74429430b102b8a8e4fb5c5b601648a1ccb2ca12959a2269f895001c042ac749841f2f522177be1d9939c7484f82a076d3a81c346c1fdb1ee4cd42b43168de9119b6e2aaefec4b7284264f5b2772c737dec3e838fa1620ec6862d9dcf28f19cc396eab0fb8331a251be3f6fa3b336acbd94e041300ca2ab9f3002a7c5c1e9711abeb7de34261571fe472784dcfdd7996031ef423e9727c384367a5f0c15e2e8230a0038715b038452aaea4fb638281215df2afe3e157533b343357c94d3465ed6d263a9aed64d3b816e325450723fa069d11775141cf20dbb66c18d7d04f246951efefb16b48b7905172c7086147e6cb10aaee42d77d6694e44c6be202bd1395f3e975b416b5dde43ff21c4ac4680c4f6a7011772ab9c96679856535ffb6a70490a244a566a8d007a5744aff8acfc776245a9f125652982a7b5e610d87ba983f94714f5b20687a8c15152efc5a168048e0ad5c26204adf8d1c2ec20d61a95e0bc15b0adafc775a6944176a9c0884bd0562bec032b3f384f61f1bcb6ec3926174a6122390');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', '2026-Q3', '0c6c22e04284983890d8ac165104f67c25349bb4dd99015de57b26a925250a91', 'agt_2ABY6Y198R5QAG0C0CQ6DEWGTE', 1, 2, 2, 1790000000, '\x54d23864df6571f7d5a5da6e50bb0969c63feb2005ba0aa6dced45eb99769739b56aca37b5d47db4dfe16d0b4de3d03ca18a77b2184753fa588706206a10a7bb9dcd37b420b0b1773928e5540eaeaeb985362f5fac8843f383ee159662d243cc59d9010584e01c5cce0480de7f6d29f9714e74c6504af09823dbfc60721334d75f07ac03d421b5ff585964bc82449fe838fd2a66abaca5dbfea45474c602214dd2198cae564176f7847324ea04930421711d408835683c41a63ef7e5d5a7aea5d516270342cdd3bb32302e80fd04b91762fd586aff2dcb03b582b3644d05e93e0be6c68ef66d3876d829eac4425508b57d9d5d571e5210f7cddf15a666a13225237354e8c7a8ea7128063c584f680638505f8ede7132b93c8cf5ec313a1827aca3e8463075891849ad5ad25095ff4c8f26f72b95810576622123ff63fa706d10798e0a323f13d8b50cea5a8043bd19e5398bfe6530cf01b5960b8aaebafea76be9a28a524d8e427928b82b7dccbf012f75324974db2fa030c7ef09ae0b21acbfbe0e4fe2e8047a66f2fb5cd763e6847b09a66e19a37ce9ee1ed3544b3571dbe83508eaf9f8057efde3f8204ec0bd45d945973f90508047a88afc810840584426fc30aceb79afce08f16a606dcf9b44ab94f4c0205e83583f04dbb2ea21f44ba267574f271da4ac1e6461027e7441a75f8852ff899bc8aade919a469f19f43ceeaac5f9a89d1fb1284180736632662db63e790b601ffb00a923cdc23507743cc1dd52a1382d5724a7fba88166ec622fbe4cca2e1c8420961d60f5712e225ee2584ab8154036b4e4f8cae3e92ede8ab1fcc6a31bb476c71a0b25ce7a961e130da000d9ee086e51b8a6810eb805e9c9bd85ea2ac5be3149f320be53c7984ea9e8956e24352f5d7a032c03caae56de7a3f09d3a8831866901bd27e920fa5e2845e6e9f131186991311b080f2e764fac279a8e0b4def298811f1191370ad5b5e14878645580fd6df7aa45a23476ca8c3eeab5eddf76f2b759faf3a7c611ca5314596564c2f1db12b64503c57fd0375f10f6d98837e274fe06c895edeef4398a216e31b4c931e26f7d6b2921540de1de815a258d2906df175d9a82cce1459e4a8ec49c8360d193749cb316d87fc03093e842bde82cdb2697ba9a41bca27961edf7fe663f3a6b761e066e1639a0464dba6ce285b89972abd9268a9b24a3a505d0ba6e1236fe85d9f724180a5af3e22fac56be276b99f41bfc6f42e1a2a0f3555c71917e01bf9f86b2013188dba8f9b02d4bb109b8ba22f6807546afabded2c9720db659f058bfa11006f6944481987c45b0c1bbc94992a4d81afb7278ff103c8af2b2a7644e60e05e26c32c93b429830bceb6b24e81e0cc77f1e26af8fb210b75dd3390ec4691ba8115a12feca1f0656e83aa76c87927ba333caa794b18b894ebf0167c9cd5e64524abd473569722857eccfc4044e67cc84cfa72b5e7314cb53ae0cc94b4732616008721a4bad8d5d08176f433ac50e77269412dee6cede202552191feeb133b458919306adee7e7c870c4947c1c81e27ce582b0bbf84d5ed5f6ebd42b0574479f0afcdd9e8d4810fe6e5c5ccf5a6a0375fab9efe3eddc33dd08080d15afe51f49cde924d3fccecd8caeaf1fb241bfec1caadbe4d6f9943186b83190f5204800092ecc67f2663d54c46106515192b00115d23c0f4be069fa1c4bf1d57361db7e32e5a7b5d87a09419732d96154fb09b295d69fe16a9076d0c9c1c980381681ef5424fa25d44f7153da0666f9ab3c9a60de8ea43fa18b63caf7f38ab9ffdbc9fe62d429cf751d8edc2956a8e78419a981eab1ce3b6c57baba86c78a9c7589bebb680728e59ce97d1716ff7057bc26f290394590626c6b42c4a7f2001c5eb0b6e08202eda3b2eb5bc66e5e617bb8a4f06ecae877e6e43ba9506bd849f274bd75765cd1c33041beaeab9e37392a9aa95521d6f30124538dc748adbf7a3b31ec679ff45acc9ed4f3c2a2a2a6222781ef0a8efb617c05a1fc2e1d4a1dc054080e921ea1fbd17045550894d4c95a8fe76618fb4d9390df76adcd05de64f5bbd614acbd3b0eade37ebb4c6ce7484179254dc8242007bd4e4d444b73b79c9a2bb59e3c024a8b895a39e96a0e49535ade35427ca4e48f0281d1c3d49cd8d3c2400ecd7cff4076b3acd993af1b4df474f14374264f690d0c95cc782aac4b4dda1f8e97c1bcf3edfc99962cb3dbf3dab87dcc36de77a5a5a33ad56ad2f79c8423c2a139ed2f8f233908f8d263e7932ad1e6ae2e971caade2cd62f70c940be5983e1ddbc0670d6c1d6ae782cabab37d072eb8f4a852a414ceb9f3319ce8f0f7cecbf58a7825c605594891a174d8f63b1c4e7a6c220a1e79a04bd89e8cf7ade5c0e53b3e017b699fd8382d55bb56070a1f68b7c368db1889aa72b1009840ce70c8393258a73e766d04748e6dc3265a299599bbbec16fc7d10403687176027b712b0452c1af1673c1a2594bb42c826be66e1969281b534cfc037f69756683d3b9be40b5d0090e5f125e834f215d036458fa5782718d426b5f59af4030644a9ff384e1208942ab16445a3ff7609d339572990bfc9d838ff6ca09a432c290ea77cbf6bc1f0b0b9499b427835d74678408f5e1397d4e2fd97d542b191aa7b0b9dcf26a046ac314a4b7c7b286a6a1d972bd809ff89ba0ece9bebbc34e38ed8a35b807674b0f198b51273906669cc19fd6f92fa5daed4430a574a1fb4483d31a643bb09f3');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', '2026-Q3', 'd742442733b90fb5d87239c098c067d3d9c52639f857b5d070758ab7e0488bd9', 'agt_V5WJW85EAPA9QFZ7ST7Z7XG1FS', 1, 1, 4, 1790000000, '\x183c15785f3c00aa4e1bea33b0c3520f67eec8ab6056aada07e83f47d9a4db7ee6efce615419f635a4d30ae3c71e0f6a26b2d9498aa1d360f4b6785b77fa1313577ddeccc1cca602fa0c256d2a543fc8720c2fc73d1709bee1bc5ffe7f0b49b4df6c5462c008a2026e75f1f24dc968ccc2250b696241103bb16e9bc57a85fe88f358cc1fbedd9bbd5ed59d1af50cd8bf9f460003d58c5e251cab1e82086112cf5fa866657bc10c917789de96f80baee864727d8fcd80e0397c2b69094c95a578caecd816f2ce5dca4793715efff68dff7b8bf30cffa0e4d30529a8ec19bcf13a2624c945a26e552faacdb8daaa706f100fb77ae73e38fbccfe693cd490d516b08550bb883b9807b74e175c0a3a4cd38b8ada991ab172cf0f7736ee5b78beb40ebe432f98f9423311ce45d586cae6195910455ae68bed035eb14ee0dc8129615912a1458ad9e8e67b7fe17e72655b9650347c5928fdd18d38faf1e828b73c8242bc004718e01cbc3995c1dae8421244c1a0bb4d659d07b8866928bfbb1552bd83543eb662955dcf4b17b11784d69dfa1cf19f21203c3fa4b10b87b02a90a927286567a5e92f84e43fe85d0d71c7a63f34bc345aa0b57ad0b20ad0f09f030667f51943dd33fdcecf6e21df88832f83ee7f4f4d7178bfa444fa2abac889e94c6c3a96d868a858a6ef157da8fcf0798b1b327089afe4fa99e942401d9cfe39dd1ffd156f7847fb38b869ced00513c6b7db1f264ba7a261d56139cc42c811d0fea7e80810ef980735fc4f3921948f6dc5f4e35a47ac43cc684a94e2be196839fe9943074984de5f2389086bda0d6009bbe7ffcba2fd835f3645f3979a449b85015972791de52a7d7ae8f7a712dc8e51bbc793d28432a966576a90853cbfe312f35da423ffe399f2c8b7974e71d05498aa4e136401dabb6e5b681462a7dc657a7073d674a0cc7f5c38ada5a7194286c63f42f23796b2ce4bfc281f370f7ccd4d86a9a6db4e6d8b70d3ce5c15da7d02b774c81c74de4a6df02496248b391acbb50766ae00682d4527e8c6e4a7067c31d92842df112626cd0fbf7c060d10082c8156d59cbf55594be8efb8cf363c608350690ac7ce3c1c2a570692d6116e21288522efeaeef907b7f31c8b2609a5f4f207185957b17f3a921c87e9312de4f35a59b4d02a37cd7c8a32a6b905b63a4d1eaf84b394736a1e8616f896b23fc0fd45f081f90bf1e7e97de3e32bb5d19db1d376777de7fcec30b1da0bd93913f9c829c2ba0874e8177afaa91c38163b5f2cad41c69845f50982dc66ce9766e1f0fa6d10eb4d157c100c534740d10220b30da5d839005c6aac209e7355063de94169216bd58b823a8a40bdda81e92e84d82ec0f3f77229584a0a846037e2d06b8c0afb9b35e7b67f0305b3b2eaa19ccde4b2a6b37ec2b65df25ab1b153a919e1cb1583aeb316e86178470a6cb22b4f0872c13d56a30fbdce3dc7aed464fe621b40192b546d73e2b605eb15d0178c4c8cf7ff4b25d806f20825dec13bf88064f106693d1f864935b018b9bda6f4a5ee0cba5146db30233d7592b40eef1d25461e7770c4da4132eaa6cb2c0eb4bf31afac2eb52cfd66e96b53d44c1eb9ab0b2c9b492dc5dcfca31bb795a2f9cb95f7b12c5f2202dd142b6d103d822707ae7f13c231371d736c392caefa3ea4b8d869c52e3885305a745f49db5708668136878ef961dc1d77c959356e26a4bd1b4ddf0a81786dfe22d1871f1340422205a99f1d809c2ae5462d3e9223f70272ebac598ef808e2bca4d102d77b74ce80d58d8eb5f9bb72b31e15bd996d3ac00cd5d613e3f69b31ff9cd5e68e704a46147310263fa737963ce0aeb3bfb87f9ed87a0b357282c2167eb264e3adfc9b44cf4c42ad6c2812a0a4cb6cfb39ad0ceb2e9b2012b8fd63095a89ec4502a986014ade09d573693e4407b9931a6d909c25d7028626132771edbce8019571aaf7eb804def15b948811f69301d851d5be5b5c3c937edd8c6d23eaba9bfbf5795bf61942a2cd447627a81280215ecd760b068844d1d4c66065c420d1bbd36a38479f983e08e4352d765987786a50d35f3ca0cb179b5e2d999e806f03dfc7d890b852e9b68f063d2bd1f413fa207b7bc61d350102b94b3d2f02b51fe22554dcc01bba3ffa3a2d8356e661ea19ff92d770eaeeb3c418ad04fb6211e7022ac0c7e9cfa3b1515dd302856d4ea23cd61a830aa4ed7b7567ed4c68126693296266e0e182897f52ec8dfd99c687b4b0049ddb2c330ff7e7e3c5c095bb61c762f0cbb909119fde0f0521e848ff0ce35ed521ee30dd2c5143732999ace90204dc085f09140d0c702b3a247c8fa04426f26b1a738dd189a1658f5dfe04083bf45bb7828af83991e10cfba18dc35d34188aa3261d56f062fcc57ddeb370c5b638fa0cdcb265b28e0161cec84c9dd9499473512aca6122c96578b722362a0607d47c0def825196e5ce3be30ae3adbdf1e12496ee55bf60e559e6532feddd80c8c07db3ac861dfd4c289fd6dc90403712286a7ff1d2d691480510c12deff4ef89feef9abbd35deca91359f821ac265f820acfc47ef4706cbbc74f05600425147b74567b9172a6dab8176c8fe7de45155c32fa7b62ea1225a597ff4c302cb569f5a745e2d5d3e8028f7bb37d5eeff4c0afd68b8bff64e23d09dcd9be409e9d938cfea92385e4819ad6edec305c4e411bcdf7024885f755accd486b2473125a61ee41084489cb6db9e9e65846a35fc7d0b0e090c32088ed4d7f1');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_0f5a872abebb8ffc', '2026-Q3', '3ff573f0e3d4e60767c7e4f5da74125d578da7721787d6d36cb50dd52bdf9ef0', 'agt_V5WJW85EAPA9QFZ7ST7Z7XG1FS', 1, 2, 5, 1790000000, '\x7432c351135ec39e50566b9b26bbfffbdaa48a339f1cf98a46b495472bad7877e3b7d2c0ccaad42c8a6c873aab12149fc33226977a1349eeb36d09396ab0b1c9536deb8069be5a6abf8ab3985e0c38f113e83e85525e6002c20e7d85a3d59033284e2efa766b75aafce9ec9ac064a965f65cb4257a21a28553de446da881b06d688f3a5dbd0db62c614c5f2a9581627a1bf576f3cab29ead89817bebe2d5282c32afca0248c3a546a245f8202b02894f8022e26b170e25b281602b48a1735161e1e663f74ec0947a930695cbf1581592106cc5b107bb162bbca27d84b5a894732efbf181eae9bcba094074b41c5268c028c5048b9168cfee2f2a5657195f1d90b4f4120e48503cad4f0c2292f3bede98f7ef29c7c25dc7f425a174c75086468de2b4ca1a9b21201ec1876e3545ee98450c8f3909b20060763b6d673812055168af57b9dc3ea13e6c8b11b7e61a6a5cb3200e83706b52dac5ff031c957022e3fc8f460c61776849124e7f4b80d6980718a7d7a0791ab3d232281b40af75045e4d0bed33d487b0d7fed86cb93481e30b814968de5adb5e3a523bc8316c8709ef371083284bd86927f53a7c73a4b14c51ef599230014761fa9de235dd0566f9497cefff7f2768bc42513a5541079d7d6fe5ae3e2244ee86df9b23b05bb9ae1859b2835273d33e2634f19cfa912a5e9df0dfbe450513be28ff25d885e17a25e103127f1179026e5b369d8dfd6cb7e19cb532aaa19b37f993bde8655b69719368652de1a205bb0ce892e5758e2dc96538da8553a8a94f12bec3358c483555a2600fdf371235965719ed6e9e8a11d4fa81a2ecf34a88c37ab63ad1bc01740b89c302c57541130b8d34fc0a9e26d01bd661a5bd3eb1295d122ee9ddcb29cb131a80c492d7b94f148609514bca4db296ecedd169cc808d796ab855b30f865577648355bf93611373446f2103ee2e668eedd5524dac22e68869cc3b2a39b4c5bf3fc0b397ce8176951f5add97cff95cad1b344c9b120a0183c5d6c05ed43ea9d56875e1759ac852111bd7b7bf27c81eb3a0fd6437de2f19ff64b333c8de7de0b9e11e0b68dc3737749f38133fcd9ce7b5aad51af96c0335b8f91983d609680d43ab3e1eab000d53c69470ba8265394b41d1afc46e8179f4a68c5926acbf03110b1ffeee4b9c8e85033e3d67c3c1271feb9209dad19287214d1d979c7219f9c7a1707a4b31a73134cc13c27d7a8db6ef2cf222e4f2a2da58d63580cd2e1732938bcc180219d917585939ed5df18957e8e3739b07b77563be0a4b7dacaa79db522af2f4463ca13d242f7792e2c78346bf83a1221067f70331c7cc74d98c7e733c5088b68becdbea0a2270b6ab3c0e5a42b9bba59be3b027f4039b474a1ad6f3e8ad1edbdb4dd6f675d33f6790cafd28f3d62256bdc9e24e6f6c02c8b50dfca39d4cebacb0f5daa9179f8a07ac14fc1694619af3cb8766d73168273959ea49601f35d29134f5f01555db084e2ffb7b0808134cf180cadb4c4b2763f0b7ba331a2d26e9330e009055770005fc9e655b5a18fc7674696652d096e3256fdda04092278d4834810cb126c76242e6ef991efcf6e03f9205ea611aa7465ece75cb09f4daf4ac6a1ad857a9890d3da2bd76866b4c7536dd26c9f711884417421684eaf10d67e5b49116bdad292a1467bd2986c02a6cff96f70f0a786de441af6a9db6bfcf0c9be4ecb296d91102508170bc12e7b1e8cace690104db50efa9b2236af7e6979a22ce4d644d8214801b48a7c0b5515ac69683116660da10133325e3cb2759b563eae2e3195b58855c0fc14511efa7dfa06e4b5db40ed13d2ddfe2bf0865180e635bf36c8fc5b20a7804c76be023a30bc2e98e0383083cceb4137f9d43b1c72f6c8e7cc67bfe80165c1c7c9f0bcae3df60e9ea31788fd4c61fb88fe082b93810f2a1a6495af4313334ef7fa49f41fd62f51e992e2eb978545a91fbdcac0c601f342f9d658c25c90247bd91219d91e831aed3acdd840cbdd5f8f4bcba5ebd080b28b766e08f11c1486e033554de93b98b80b0a5efa4090c5b134eae3b85a96b4f8795ba34a21afe7bcd37cee4b10d456ad909aaa1f237a78a93448be5000382b919205c7e0d7e5a4c92303e2981ef2d81e97fba770c80f27d8ce4c7bf47795e24e07a0bd50f2bd8afd8913d79cfc5725e1574d16a2bf16e664a5723ad16a87b8ad65076432c6df9d2bbc83f014fbaa28b4b0829ce27b9b8876fe7aa2470bf16310045c136598e6c5c6c6c7a7269e18650cb050f240d8bab4875fa686be6122d60ad7c70fda076985fde7a246ba9e05a06e2d18b9e19a911916b3c26c5d220a8cc98b273e14c7bd2e21d133f65bb0dddd45071b4742e6dee3b7ff0340088dd65c90d7f7bacbb452b7c8a624091949eea17fa6c18c63f0471fa57be6da140d98dc507d8e40d0e4f394e2f8c1219a557fd64771a7021007c5314807f46433a7e4fc973bd52dee0625cbb23f6918ae88bbbe1a5c5093a2803580e7bd1410ed5deed8ee1de3a262cf8d57761cfdd4cc593afbf46c37e58e2569afacdb04b282c78f8195721f9db35f04fb73a0b8df5b1cd0101d2e33204674491623039dc3b2cb2a55e5bfced1c4c7907aa008c34508ceafd33ffbdda43dc55b36e3b620dae68d09f154f2e35d7a1411359507c6be124b7eb7bdb6565e8fd3e471611fca4b6db9a90b276015f03839fda36f761ca73b0b627e8a883f7edd2d8d3407ef7160cd2272f3c982f6d');
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
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_cluster_person_fkey FOREIGN KEY (cluster, person) REFERENCES public.person(cluster, person);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
