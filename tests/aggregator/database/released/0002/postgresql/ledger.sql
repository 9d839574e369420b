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
INSERT INTO public.agent VALUES ('valley-metal', 'firm_74f007528786d551', 'agt_96N0R97D3B0GEQFE31ZBK910XJ', 'slot_6db1bc9a8da88332', 1, '\x5870bfefe5279b7f27ce4dac447ea0b477e1639cf6d03fbac68b50644f8e8e0d', 'active', 2, '1eb81ccdb62be0b142a1647d42d2e7790aff8ea4135bd366e12b46911ffcafc7', 1790000000, 1790000000, 1);
INSERT INTO public.agent VALUES ('valley-metal', 'firm_74f007528786d551', 'agt_9H8TMDADQQS11YVPDM03E9QZYF', 'slot_952df648473221de', 1, '\xb2f3a4bcc1a333f530465f88ae6bfe43e7be172df280a2e00e0bf160c228ac33', 'active', 2, '49035ed1b1632918dc700a5c721f303f88799ff7ab4c7f75229c77148d65c576', 1790000000, 1790000000, 1);
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.audit_entry VALUES ('valley-metal', 1, 1790000000, 'person_3f08ac195fb6cd95', 'made a set-up link', '2026-Q3', 'b18e7c45c0dfa0e0b1d5204b3c6c2e51b9a0cb72ca36e608d9d4f4f0ffb21c8f');
INSERT INTO public.audit_entry VALUES ('valley-metal', 2, 1790000000, 'person_3f08ac195fb6cd95', 'entered for the first time', '2026-Q3', '551a833871140ce485fd2f7795b822550aa2fc321660d905f85f98ab292bf157');
INSERT INTO public.firm VALUES ('valley-metal', 'firm_74f007528786d551', 'Miller Ltd', 'metal', '10-49', NULL, 'member', 1790000000, NULL);
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_74f007528786d551', 'slot_6db1bc9a8da88332', 'agt_96N0R97D3B0GEQFE31ZBK910XJ', 'abababababababababababababababababababababababababababababababab', 2, 1790000000, '\x8693c5f051ac9dbfab4c8ee55c6d4a0ed8e6fc927ec341f49500c54eec11cb7a0e83c21e16fced29fee828cc4025c4d5eda96f0cba86c9cecf5ebdf4b372f8e5b36dd82ae43f46131bb3d2e9dac26af71989f57442bca062c824b8a089aab9193941839909bcb9a5085b43');
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_74f007528786d551', 'slot_952df648473221de', 'agt_9H8TMDADQQS11YVPDM03E9QZYF', 'abababababababababababababababababababababababababababababababab', 5, 1790000000, '\x7aba98a0a2f742c63ce397e7e7e25264cfe23dde08b6c303e138f656228d2f7238e6116692fd15db7b3c5c6022ef312d6b30981aa497884e375aac5bec9cb7afc8867baaa811f9654237da0582f9d54ba20a8ac0bea7dbeaac1717d06fbd794c5487114999adc183c9583c');
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_74f007528786d551', 'b67c6420e0dd14f6ec9e', 'slot_6db1bc9a8da88332', '\x1124397c4cb5daa390ae4acb15845e0331f3a8ef5244e0284374bf4d88deb800', 1790259200, NULL, 1790000000, 'agt_96N0R97D3B0GEQFE31ZBK910XJ', 1790000000, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_74f007528786d551', 'ea96e4d36f26365c8f8b', 'slot_952df648473221de', '\xc37339b6f4e8ffbbbeddb6cd0dca1c88e3916d8a0ae6eaae0b3e720be74afe9e', 1790259200, NULL, 1790000000, 'agt_9H8TMDADQQS11YVPDM03E9QZYF', 1790000000, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_74f007528786d551', '43e6838277c5efc4ef6c', 'slot_26845c90896f3c1e', '\x5ee16e2678a935790a4b0ac79d326e1bca6897de19bde7d934e16e97534df3ad', 1790259200, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_74f007528786d551', 'agt_96N0R97D3B0GEQFE31ZBK910XJ', 0, 'add', '\x7b226167656e74223a226167745f39364e3052393744334230474551464533315a424b393130584a222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a225748432f372b556e6d33386e7a6b3273524836677448666859357a3230442b36786f74515a452b4f6a67303d227d');
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_74f007528786d551', 'agt_9H8TMDADQQS11YVPDM03E9QZYF', 3, 'add', '\x7b226167656e74223a226167745f394838544d4441445151533131595650444d30334539515a5946222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a2273764f6b764d476a4d2f5577526c2b49726d762b512b652b46793379674b4c6744677678594d496f72444d3d227d');
INSERT INTO public.log VALUES ('valley-metal', 6);
INSERT INTO public.log_leaf VALUES ('valley-metal', 0, 'b604785effe30d66ca8195181fd405208a75d40ed82a82ccc443b731724fc580', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 1, '935b4dd4b3631c4b81d4b3a1f6f7468807cf637676e8f82ca9a028c68ec78a69', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 2, '1eb81ccdb62be0b142a1647d42d2e7790aff8ea4135bd366e12b46911ffcafc7', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 3, '8c9fb48c1f6d8616050c42ccbaca551a82bcd1d2555ca51856de0318405f661a', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 4, 'ec65c065a2086039a23f023d4adfaf509bbab077928c9610066aaa84a2adad76', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 5, '49035ed1b1632918dc700a5c721f303f88799ff7ab4c7f75229c77148d65c576', 1790000000, 'statement');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 0, '\x2bc937984ac091a15ad112a0f8ab3b6b4209179600633851c39edc7aa3d8ea72');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 1, '\x66ff14b707402203f8463709ff9daddd0559d8ab2da9c19fce481aebf95e57fe');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 0, '\xe0dfb1ecedaa8dd09cbeb6f0bdef8b132bc0c689a530bb265d38e6d4ba98a0ff');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 2, '\x17e50f985899f549e21fc694dc94c3d0127fd3d72e356b416f311b096ad4019e');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 3, '\x66cb52a02d30995ce432f1927373683beb175ccb035d786efcc9b24a5244bec5');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 1, '\x8953ed8eff0bdd1f37f0b466329544d3c0a6c5c21779ed21a457849a752133f5');
INSERT INTO public.log_node VALUES ('valley-metal', 2, 0, '\x20125526e2f0922c75546c28b3cad0f4ea1ce38b014dc6ee42b8c704841db30b');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 4, '\xfce072a7254cfc765021e196caa80b1295dd377327272fb80a61ce5e32a7ac15');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 5, '\xe06d3e937ee56a7484ffd1768d357a6281a0dae4fde9fbd009ba58c12bd9d185');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 2, '\x89ca7d59754a89fe9c4c9a05ae40b25b45b51a3249b3c1553a0d935f80870d29');
INSERT INTO public.pack VALUES ('valley-metal', 'abababababababababababababababababababababababababababababababab', 'shieldwall-core', '1.0.0', '["check-000", "check-001", "check-002", "check-003", "check-004", "check-005", "check-006", "check-007", "check-008", "check-009", "check-010", "check-011", "check-012", "check-013", "check-014", "check-015", "check-016", "check-017", "check-018", "check-019", "check-020", "check-021", "check-022", "check-023", "check-024", "check-025", "check-026", "check-027", "check-028", "check-029", "check-030", "check-031", "check-032", "check-033", "check-034", "check-035", "check-036", "check-037", "check-038", "check-039", "check-040", "check-041", "check-042", "check-043", "check-044", "check-045", "check-046", "check-047", "check-048", "check-049", "check-050", "check-051", "check-052", "check-053", "check-054", "check-055", "check-056", "check-057", "check-058", "check-059", "check-060", "check-061", "check-062", "check-063", "check-064", "check-065", "check-066", "check-067", "check-068", "check-069", "check-070", "check-071", "check-072", "check-073", "check-074", "check-075", "check-076", "check-077", "check-078", "check-079", "check-080", "check-081", "check-082", "check-083", "check-084", "check-085", "check-086", "check-087", "check-088", "check-089", "check-090", "check-091", "check-092", "check-093", "check-094", "check-095", "check-096", "check-097", "check-098", "check-099", "check-100", "check-101", "check-102", "check-103", "check-104", "check-105", "check-106", "check-107", "check-108", "check-109", "check-110", "check-111", "check-112", "check-113", "check-114", "check-115", "check-116", "check-117", "check-118", "check-119", "check-120", "check-121", "check-122", "check-123", "check-124", "check-125", "check-126", "check-127", "check-128", "check-129", "check-130", "check-131", "check-132", "check-133", "check-134", "check-135", "check-136", "check-137", "check-138", "check-139", "check-140", "check-141", "check-142", "check-143", "check-144", "check-145", "check-146", "check-147", "check-148", "check-149"]');
INSERT INTO public.period VALUES ('valley-metal', '2026-Q3', 'open', 1790000000, NULL, NULL);
INSERT INTO public.person VALUES ('valley-metal', 'person_3f08ac195fb6cd95', 'anna', 'manager', 'correct horse battery staple', NULL, 0, 1790000000, NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', 'c7b7bae70cdd76511be4a16c3b2fec249ce2c16e2b7729b2f82799887f5a5595', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', 'f320e9d427bd85d63fdfbc4dc64417fa86179226a6782a36f74374d121a06161', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', '69c7334131031c68bd94bacdc29d92e3d8df611bc7abc9c1cd671f5ca61aa8ae', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', 'd8e3def71e23db4d346608088311b5e33ca9745f55146d343ca96b6973363f3a', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', '710f9858891b77ad7ffd7ff6fe7831e32227bba69e25d1982194276cb66f0e44', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', 'b2f046215faee75babe0f4c42ad80f4b0aa9e9cf5cd0f2e6e37f4a89258f0873', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', 'ce0a53881b4e0ffcbb192b1fe550c9bb8395d73487e2e86ae469490fd4f23720', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', '2b8fded7bc092d22b220a125f97613db94ea961644193ff671c88d0511f8cd40', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', '0f79dc296877a21abfcc34ea00c2e5fb943bf618fa65ba6e8f35f349c0d29c24', NULL);
INSERT INTO public.recovery_code VALUES ('valley-metal', 'person_3f08ac195fb6cd95', '7c4ccfbe0307e7017f2d8bae3cf1db4955e1667fa727a32f2d7fa6be382020e6', NULL);
INSERT INTO public.statement VALUES ('valley-metal', 'firm_74f007528786d551', '2026-Q3', '935b4dd4b3631c4b81d4b3a1f6f7468807cf637676e8f82ca9a028c68ec78a69', 'agt_96N0R97D3B0GEQFE31ZBK910XJ', 1, 1, 1, 1790000000, '\x35a9a53d93f3cfb47505e351c56f1e400ca6a7753ff9568e5e652119a031618516f29693b7f9f2641b24bfd98ec71323bdfcfef0183d937f13941a09d116375e5e1a683c316a38b6db81c17fabf3b37f47082b8fc44fd0f0999759bd5b8f4859fc6a83cd2c482e706d00d139f5d6846f0cd6e6dd8aa4698e2a62af0b9442e6923b118c3c0b770d66d45c7e89ead6bfced60f287e8923074c6b327f2e0fed78bcdcdcdeddfb75a62e949ba60072b917251473092cb6a7acfc10eb144698e8a5daa5260a90b3562375c9e46845eba897ad2f66949a8bcb36a7f9fbdbd01e067b56297f483fa82921713aef8894c396ab735a152a3f2a9beb399263c5f93449daf4d5b894f06b25cf3d6dbd4cd2e3a4e0576ef28e2bbf9115b5f51652ed130745ec6c84809f45683968f7ed258571a4002214dc8c7442c04d2d753259a0f31e30371f457d44512caee0077c32fb8c76cc59c4f42029308b26bee3f63dad3c85a1cfe7e0d144be8055053acdd6fb3d5fec5a1ae307d221f0c0cb47529b362e6d259390f35c9a76ae0cb35f468ad41fffb8bfd34fa0f42612a94fedb6b6db4bdfb54ccb9bd75b73bd1fd8ab77d4e1487c2248f4cbf95dbbff8b45adfc6058409156903699e9241e28f898cf981014a3ec3239e1891cd7cf902340196a1d7c63dcf918a8bb2060670324dc8790be1f34ed5a9d9dd03a3b5daedb314fdf83e0d3dff6103a35badf90ffedc0e86654fee0137791bbcfce7f922a986863d9ac02591ba9ec77d046a29ce08be8c978d6785cd051392105fd51d6e4e5124ae7280b07b2c647c1240839ec62887ba3c534403bb7e7c21273c74e791c8b99b585e739b459c6dc0e035f4db6fee7ab4d7905c0109e2f6bbb3b461f3321986ae68dc1600efa4ac469b06285cabc909704221dcc6aeef6d8007ee6b3356647b5d015964106499a6966650a746bb2a3454f14002a0dfecb52943096b1062f8b891d09ab2937f7c94a02c2081ed656a53397f4533c2e7efc224f21d31719d33b9325d5c5703effb5b994f6d3fecefc30396b49255b10e5808df4aa1ef11a7448cfd9d199cde37d8dcae401839eb7e08800536a1a8482a982a33cab14cac93a63c290a04b923795ee0378feb6a001ad8671e9a2af24074f0febb0f010fab64380946cb3581f9571af9d2202a56e35d84a6a4863e5b09926653b6ac94e02fd9cec07288628fb2a8237701a6b3903faba667206803e06e36a4510d01065a602396b85b48fd1c5ecebc7191d6a9a393d10e3345916baed625962cd4aaf10fa7466a0e9e20136f5164459f1e7bccfac2e95673d196b8b1bf0538c173bdb81e49aae2e799ea918b4fa71876dd03b0fc651f8ae157350c31d4e0cefef4716eb9e468a973c39023a4c6cca72183727f6f845496df9ca33931c28d84aeb6111662d1e18a424d8094c00bf6977bc6ebb3b6d5216b1e7943a38b1b8b03b003bb8f1330b691a416bed12bef2f928eeaf0a3197e1f31dae7a0cdcfc960cc5151572b177f9d22c7805134430550b6f2432e5e4c6d6ebb833cd0eeff87b654576141102c914356b4279bff1abf007892e6098be2897444b154ca41e872ffa76c0240aacd08c6079a19d7c9f420db643b04f60daf55f13e5399de9c5141df90db2e0a4b7a1074accf6b4641f0461c32ebe64ca00b88f440b96a3c341f679a1057086657de3f798522a3233521a929a36399627aa3664ae410ad03f96aabcd79b5148a839a33168e085dec5945b4c5b7ea8a09a8758e702bc3ec4641ceb69500535506cd2500cdf6b8863b14fb471a10fcb9d28e977b84de4ba4e918e635c35de0c714c27c41a41edcd42552e4101d81011d703ad719eaa8ab511538f2cc2f3243014ad409039804456dcf729c9965f0436605592ecd62b17e5fb3c2e2c63232768277cef05447c8a0e0fc9703c93cb71c14504a4bc66c890b48e371c2a9a0d39c69eee6a8bd5910af29a2da00933016e3dc6ca749a1464105e8db37eb7d08e4912658bb59bfe9f15cb6375d8768059374c365ff18dbcd87ad9dacab3e96387e4710a00e92f3f8e20fd713bc902dd63d852e1a7b05fbc9b991e0dfcc9e42e411b49d20aca2d9e2ad9257bbcd82f70aaff5e5f1bc44cb8c0e6adbed52d906b00d3ea12e92b24fefd1eb26401a986a5b47946e859f2c91205fcfbb6090aa55042a3f94c9b763a8a4a958314f8c32d989c9e76e85ae2bdb1e10ffd32c03b9083918f56cd375aa2fccdc50403b302e5f64e57e1a20695ea1797fbedb7d89c087c8ba06713a19c9ad8a10d842ae6e36d2b401b69bc86e8cdccbaf60be31d206de69bc67a0786ce60786627c8c99ed4746fef0b395413c0ac7e63108f9beacb8e178d0a97cc90a5e23731c8a4ba89d8686f39b490651843d5dbef6ece14cce5012d17ea955adcb53a4af7983e4c5b3471cf2c17836b5705f2110f5f262c5800ab9e042dcf07870759712c3319d467014375a47607a16d90cfe337d47e8e59c40ab19010d8aa4cfb281a786caea5df1542c591dea0d93440937844ff3959786c19c5f700c7b87cd7c1d02cbcf783c3964fb011928ffbcd017648909e7186a005d5d54f333c14e4e03a48769302690dd2337f8a9fd219b5edb5c309115e0ce56def855defb8a44d2533996c6f96401fb3ea9a1340a8976b283ac9c59b31a3573dfe48c1779afc6a3cc5c2b89c2d7e432dd8371e3833ba9bb8b347efc3dc49f26c75db9bdf0c4a14ee0ec8aedb7f25b2eea78e82dbd7e6e3608fb2e6');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_74f007528786d551', '2026-Q3', '1eb81ccdb62be0b142a1647d42d2e7790aff8ea4135bd366e12b46911ffcafc7', 'agt_96N0R97D3B0GEQFE31ZBK910XJ', 1, 2, 2, 1790000000, '\xe3e15038621189032e42dbaa4a9b6b27d69a93dfd453da2f7c876ed69b2b7035806e2aa9338668d612fb9601d4e73eefac564fbd779bbbc221d79460ba11909f088799f12233847e961b4215a3d4e6b9097b96a5848699ee281d05b34fa11640e5edaa90947c889c0b62762f993bbf0fb8604536f4352c987526599378345a6441c928cae23a1b26a9bf8085d901c821ad7585940753c45fabc2494dbd8b09a2365ccc8020c9cf67876142e464997f09e543bc652a540575df16cc3344a5cfb2191fc9cbdb8c0d6358f2f10f8196684cc9e3918a7d3d3fc07caa839cd1ffe6e84d811d366deb136fe27cdcc1b505821b2c799012e1aec486b4f48947c5972ad4ac6961640f984607c861bbbf479ebec5b79b6a2723857ef0f340f853cf21ed212b051db284704c5c2ae62ceb61a9bfbc621fe5b9cad3632a46baa6f3b3edfc88d4ab71cb0c2886ea1ff5a1eb5c0684e9ef380a4034ae345cfa8cf9f4ceff46d30043056a1bc5397a9da3e1a0eba450eff6a011f7de47ddadba7140dbf34133e39df61c2e083190da02704c8bc22bfb3fc478e383a87783dc3c888e984c42a9a53d7c3f96bc513cd1c54d0862989c2ced072ea0dc02f688b91e9f7578e684eed91ea5d55de708c69cee3d12f5843ec7dae41c9fc741d8abdb75079975e2743976d670715aa38ef1875c1a4c7b63720263cd7689c4f4e9c9aaea0161f41c4cb695f263a9ede951aa25cfaa85151cd95a090b52a1a7f0bdec2a84ed3b1c22ef9ba07d0ff85adab2ad5bd0ad8c8be5a48daecb992f63e141c70c92d4df000192c8df7268601dea9209287574d2800a8f93dfe7624e9d20bfd2281cd090d9657fb8b3ec07d42a57765bba6646fb5f889cc46ff10b0a2e53b1b9d82097baa585db8e9d4a44d7e61d7c335598723e72cfccd374a52a02309a6a8b258584c13448663e4cf06856ab5d240d57692972e84f7c0be96e6756ef50bda49cb37cc6001d07613b3a12fae0c1b1f01476984b2b8a5099f770aa7dfc3ac8379f63a2a38568fcc363aba51cec5970cdc0739924f8132ddf3fbbbe0ec714702c464032286fa4250d1bbf10e84821ca25382ff4b7dd99f234760d0bfedbbbf92886c9473f53ebeea701fb908506c57e67b945c7e2354cde81d1d12790d30cd364fe9409c9543ceaf8dcafcdc1ca0d8c91c1b06d1f7a1aebba09d81dce1e0a5f456fceae0aabaa907f71b4d8a8ecb7e03a7d28ad722951f50bd4917f555674dc58fb78bb55e67a81a66d44cb05d15ec750994a20b40dc8cdbd8c8af29500c554824e42af3ac3be7209d698ddc9fc92e89831050915296525e38b9cf027c05b90039f4ea5ecd094342dcb639b5f7606c307f539c0a700c83bf6e2f6f680ef833d07cc0b9bba959ac60f56f47fc0274f57030806edca7d99b50253a183a26f178b83f963d1ed38cf949296cb6a63e570754d039c325dfcf305c370fa759034ef9e1a178c6d39a7ea1cb08f25fb3658df637b685c011c56d9286a5e87c17822c56b529beb8bea6d9e5bf36c75e2d37cf8e2bbc2fa23127e123f6b26a23bc33702f495339b915b4ce41ee86dcc3b49f4e3f58e48db0def02a56d4bd94cd3d18293c997bc55c3cbdb8f11917668abc7e93ab68a5369ace829815d5a5debc1373de764d6a63553894974a1db9ddfa2b3e03589395cf933dac90457dfa59c70509b220100840dc6889cd9f4e34348b21491c5356750af5a629545e7e05a58dfd2c61273716ad657f45d07bb004dca8a92fa394cf56750f2c320373a00c993dc98073c9ece4d68f786102919a20e705a35991af4a49953d0dad535984a6a11fe7efeba4ed62ba0a245523df91c2e21084ba18ed601eb2390d3f34a3903108bcb7b86c7d6576c58c3da5157d00e30c08f2c69e6743baa2bbaad9de4f1a388b7cd156af670daf7437897f1306371fce35789e90b4898ca8c681dca3be2c6f208226b734435c045ad86e499f86886fdd09c29fca0e9210d2b4bf447cbe90f27b1096e463b344217748062b3b6e539425c76522dd7d44c18ec5a6a59fb1c0640af9bbc9688d486bb1cad0d05ee49f5f7a523207718f7b3668fe09f7f597b40a8350c35f8fb9a7f6e79b3d0301a65fe508575225efdbc1f449f75367078d7cc840bc6546832973a781b5995918755ea30bf49f979a54a2216f2284c786b8777671bcbd63186f2097459db0a27d3bcc415c53e924e591319ccf7a2ce7f5853d8b181114043b487eb0c91a2ef0c9aa56e9cc0b883ea7d18b27ca8721dba53b03342b19d91ae64816ffa217a02d65cc4c2b07c4487f4525d3b34ef8b24904aa8c52dbebb49ad05acc0c0b38164060beab5fe7f6aedada04ddd1c7b5ba06e6b25501652b8246989c12d63cb8e4aa17060bc6d71c93f8ced27d995749d05bba45d79a0cbfa7fbd7382da6c14bace1acf5e49ac7804ce78e697c07f95fd46af1f5f1aa09cadfef6dd3008e436050601a8c89deb9f83d1fdbd3d4eb0cc24bebf78f80b732e7a114eea9ab7a646bf43a0dbbccb5a4522dd4bba6af7eea4e8e4f5d97189bbf87ce6e595ca1c77c63c9f8dc45e98c60f6250195f772bd139157f17d943ee95746e71f0546f449ce241bb8db3cd46c86e97ea73b23c5c6ce68b7ddea2cbdc5efa9f2124b945d48bec4fdbc3a8e3a9c06284969599a79a48b42885c29e24091ca633522f2b69028d6a27a49b813ccf786c674b8a7ee33e97d461c47159e09a538bcaac31c3048d7bf2142c9eb9aa600866fb38aecbc7');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_74f007528786d551', '2026-Q3', 'ec65c065a2086039a23f023d4adfaf509bbab077928c9610066aaa84a2adad76', 'agt_9H8TMDADQQS11YVPDM03E9QZYF', 1, 1, 4, 1790000000, '\x6d7572bf1963288e678644a8096488e9a364163b311299f5b572be313b4b0f5c841044ab92d359278f0dbf4d3c8dac2a1948472b0d9c66c7945486a48cb973815573969b348840571c2599b357c4db3437d4ac1288d78e08a82746aea5a8786e6407f550ab145cd9d417c5857947123a19871df007bd197cc51d258190e5112f21b5bbd13aaf6385c172725145fb91dfca5f5645611a097722d80920378224e850ccc93441a6b158d61adf2c3b1ecd6beabf66226dfbb544fb2cfd71324e63aabf23be430a39291b24f5ddb348d99981d44b1c100218c01ec7b0adcd6551c2ac17d92bc26661de589f373b9fb85ed7f3b1b1b507a16a47ff4f35dfbab89869c7e9de41adca42f7d164612bd4397c75f814dd191abc794b628a98bdaad9e4c32ea5c2a128cd5e44de846ba429eb26b381005ade1067e5231c4c95cf280c076a7ab48394affaccfc1c644d47aa4450c956f31874853bf64e754ad6dcf3e0bf08609a6691e7aaa558b4347846eb9528f41d71083d292a32adf3d8ca294ff9e7cf0367ac46b2f9e4d777dbfb8b66f16d54f5507c1a6abb9d352a232c52ec9f1b8f24f6d623ecf27109eec89bbb9eb572fa889d44de8858e416dcb71bf7c47c6da5a93ec5db2439532af95da1ddc1d95b6bc856a209d557446aa97e4d2bae4cf0f9230862eda41a176d0984951d8d262c409045fa46580274798ef853185c7352e3db14d935106f3ec5d939c75a64ec6dff1c3751d855c3695d2c4aa627c8ca228c579d58c3b226f5b97dcba30439bc910b112730721118d2899accbc0ebc615802be824f20a5158816483b34273b4251da5fa85d7b9f20379a494e376ae2d766ca3a5f1f39897ab03c6002865d6a1e85f724a5327b7435993e1ed7c13275788d270936e871988e55b1d5e78b846a963a42431e5fd9f2a2ec8fdfc289f79fcb1d12d741ea521e5dda2f9d0937be8e940a0d1abbb7e1eb3d5e8208b277ba3ccd11d81edfd949373634f666eee59f28d3004a4fdf55478f54510b2aacdf823f178485b426961a200b1d174e45356922ffa499b8b28def2d87cbe7fb7d2e0bc1f1223d40c4deeaeb8f9250128d5527224270e8e9eed74ec3fbb9d6ccdf0fb7e6886b9fea896b3d245ebc70e1a14f8f15cbde05785076817543eff6d15bfc4cec65c06565b7bf1cd9059c0220af05ccf22ef1e30d8f539044b39b1e2665500cf55c263f515bb70c44a9d61e914e9c1bfffdb2e4f2fdc3f5e0f60259d65e02672bcaf8c5839277f75b3b4054390b4179522cda67146390667384b9809315821b27d1ffdfcc8f286d39ade59bd4febedd83709807b95e7287a1ca5cec30517eb93375ce92b081b7ec8da67295a26259d14d4ab7f60e31a59a2d3d0da08a7a2a293c67121ff3ed3b07837a5c925a99bd9f3fd932c096cc8cf0dc558c934cce135f4744a6b0758a1169823dcabbb0089d10bfcb79a6969601df7a7be22594b2ab07ff6afb61a6e7a2eec8c71961b6c376b9e7328b845406e8eae5de31d7e871ae68069fc14d4bd5c45354147f3406af3f7eaf2a4357b124698afe9ae3e4c98b9d857ad57b3b48fdb6af20176a56c49837a7b9abeeefce374dfaf62ba8458805249029afff8ad4971d25fa0e4a4a3819eac2bff978c72bcfd3947caecc7a33f65c0488fa372de405987aaedb5d5bdc01632994dd3b1e9b21540024ad4cedc66bd8aed6dabf0996ca46be56fef1973f0da4003537d7be36ac5977972ff240d79f2bab2e70f5ade8cebe17786b29cc985723415de62468bd56e570201c68e40374e366953ad7f104d61739630a0a0b5eca0f1790b20148bbee0840437089b93a6e9e1d4dc450ff4a369854ab9167633e4b9991738f42ffb7a04c782643e81fa7937064ed4cf19fd52c46ad5f26abf815f86bd3777377dd362ebe48b1299ffb3b28a70c79c89d00608130c968d517365d8d1dce37d0477c769b406dc6d1300749ef13e4d0f6775f9dd307e47ea71f2030c9527621b17af09a3f0960faf5d04a6a2fd8c4bd638d8614a29682269abcc7c57931ab27ac196515dda1a917b459e46a1ce8a81d427d95ad8335c86428dbdc7b663c11e41b2a52bf5129c445f77e26d77187e61704e260705622300e3b23fd439cc3d9e5eeb725ecf6bd7f61baa36c3c48f9c93e72e714ea3eeeca0cd86bd269b73faef1a24eb4dd8302056f0f4919bf8a95f13a39deeffad78093c86af1bf330711599d221bb8516f7360448d56605630cf94e85c503d5ab8592d3b1e426752ee75153181b707f330964e07cf9bb083fe9be8aa43ad9f221ded2d6b881cc451dd1ad0af842f5190cc8235cff241020c5a54437d767ccea4a6dc57b09cd630e71fde404d3ff72d664c791971ebdc4a20abb2ce67d2018799b50ac1ca66d952b5127ca62f7d8570e1e5a8be8df5202820e60ee984d276e32a8e889c3c11fc601e244d0eb3b803f33de9e0acebab744467c1ff25fa8b1540c27769400c14ba98ff24b8fff00966fce6468edd54448ed5f704239342c4b81ad77d52f7cca5699ab3e5270317eb8ed364099ff5ab5db1ef542c3b2fc4f2b53bb24cc1eb60547c4d65461a699a02d7584830b8bbf0cd9310736d2bcc333d0978c0c1a69741a5aa37bc161ebedcdbc17c68a97d8124693a65d0f43da43b01431c582db5f317641d0a3ae2bb1f794c3f94aad5058ce642b0c7156925637b6a6d2964390f049363c0e3d488f6f15281e88bc1fdc099a8d8a4dae02da0f0f82e51d53d9b');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_74f007528786d551', '2026-Q3', '49035ed1b1632918dc700a5c721f303f88799ff7ab4c7f75229c77148d65c576', 'agt_9H8TMDADQQS11YVPDM03E9QZYF', 1, 2, 5, 1790000000, '\x81f105a3e8cab17dc9b164aa1c4dd8954626f04f64b9629a2b3adf3bd34636275b756825f35f9f2df852a8a363a425b09179d69037e9f508ae24a1410d11b7392154e193bb99b5443246561333f42be9a0457bc8999534fd65f238be146d389f55266227c1dec8d7d17d5049282e4bee0ac32e22c52f419981252591a263ed433a62322faaf4bee2311691c80dd7984fa9c9b6821a1276a04883bd2119d57b863742a281f6baf23f0368e78d13afd151f1228c168450c773c6ec0e380dab4651ea3bbeeb21cab8f20237efb15e7b91de5c762b39d7f704096ef46e437a6c346ced7b979d0a15beaeb327bd6f17c8eda163981801174eccc23a0d4172f8f5fb1c731ea5fa1c076f55955d3aad491c26d7636d4a87a660b441cb54a01ad108a84f2cccaf46079edb099009fc0d6a3bf8b3e001acab5ef527c39a1c71cbb1db5e705343486b677330bde5543934074bfecb0cf1618cf8faeb90aac50868c25d0175878b11f6116da037f92ff349955896ee8573b69c077fc418e20da6d0b758858f518ed91c49ce0f0a31b9aeea17b719f98df6eb3e2a01bb7f309a497d2fdb18539bfb5401bfefb81b5b579391367ebb8db8a5f98264acbdba7e2a93c82eaba0d13bb60da1ee0947fcef2c3444695c851ebc73849d9548e008a2a39faddd4a221712df5c054363d3221ecdc2db6b805949ee587ab4aecaa9a90806ea79e99c3dcbd5eec4436844e19ffaca38bbe230649579d301aefc1419ada5ad8c3d4f4f1ee79165fc9f76bd1fcf381672a71bca4fac80e3c01c9c6bbd6546dfa342987cc59423473ad3ba2ee1bc3efe3d2d2346988787abc4cca323fa1f71424365cccd55b9ec6d59b97e6d26c1231617092c6ab7f3e8e586442a37f4c355bc549ad9d3dfacb74f641bbf1aede67ef419ff80239f6176cb20b39228fcbcee4314c9f4616510c745a7306176113ecb65080ee1e1ab3ca698fd05592817e8503862ece13117863b6a439708512fb0caf2c305eae071dec683d9826c925765f4f56ccf2dcb3012b5df4934ac6485144925158484d53545738fb8886f9d0eb6300223ba3a9fec222df361acc33f8bbd2f22d730db7fece251f73cb534828c7769a835b14988d7ce4d30afb5a628eae579fcba8e5845ea5180479f29855d288037a5e3c16844b14ba8a3fdea5ba779cdeaab4c6302ff7dbe2d952a9bb44d95df5ede63de7dd60b7caf9f118f59364e5efb3f4cc463c0fee4cab37a066ea8a640ed507fb8775404d9a96ef0c36a07d6df3b6224f2e22c4a5985248ed2a8383ceb44d3d3037e083382cfe4940c00aa4bdd047fc735f192e2c5566128e38479348e3960c5afe8efa5538e40876255bb783b8fdcae5037fa12fb1a91cecefbe56e2e8e5ebe7d366ba217526b19454c05c69aab9aa8c2f48130ae04a0fd54dd02be9ee210be93db51596b0ab2a258e0e6f73729b2046a872023a37923a1411f90c335d658c5b04d770a89c34a766c7b35e255e95ede8118c7a51a91183de5c6c0d55206e787413f739f503ef5479db96600e38c0d8dfed12c051b42b9b5069e0a732d0cacf8548aa7cdbb0004a120f5083b030dacfd6f1e62f8c13685d90a7972106ffad9a5fee2e0d11e9bcd456cb9125264414f2d3d0cca2f3d11221d63fddfab42437fd6d4b2f8ccdea5d75fee6ec357e7f5d7cb81a81f1593bc3eb04491e9b1d555aababba3b55e11bde12a3d98a288beecda7ffa9da0c453816794b94d30b115f38cb4c1aac5254d6dc736361cf3f8f7299e780f62c277a11ee5a1947c8b47321b96f5b2837798f80a0dd2feccb243b8fd1c35d8196604208ba2b23f44d1f9f006c52a6853516502644db79376597d47219e2cd611a674f163aefc3936c949af2ef37d04c4ea2ec7eb1f936ae17b09cce5d13ec06ee81e54e91fd45a64a3eac5626db2fc54c19f852ec5042ba8b18c1d1261aba97ac3744bf196f57737655e00a33d040d356a48e14a1ca9c221c55e6ff416e92339f5e1a60753e1bc972fed7380797ac0f2f3061d081a646a4f8e31d6fab6e02604b4be67a2ac1eae0078b2e3c0cfc0eccfb842edf43142d22e90df022dc8af3b15821f3e6386f422632ba3b760a57565c6ac36f908fc2be6dab192bba2359deb7596af95824caf1fef4377d1c804ccb08a35ee80e620fb769677b86f17fbb63dbc2d5f418a6b33c51b7142e6a78385524b11248537688b5246fe15684e897cb360d3e77f7f874605cdfd0854f3e01b899e963dace780de14aba08e53a87a418b089a0f6d93cfffcd7914c5ee7453d1f1e4faa5389fa781f6a0e768b11d2279a7a8a3cffe941d80b00afda934c7b9386991bad43f0e7eafb43ad67d65c0731fcc8bd69de02981f1780b015efffad2d51a345cea7fbf267bb2bbd01b21caa4f201e2c6f29cedd3ce543ff02546584c7b922490b34b0261d2897844919022dc5374d30b044aa9a99341fe84f15d4b1382a1d82bf47db03a2204e546da0939e1de32b4b927ce23cdb7c9e8d14744d393e4e8cc726c748ee4ed10eeea7a08b9e9a68bd29624be75ed650f3a34a57109900e0d0c50c13e8136d7b784293633f8566455be5767f5f02260685aefe3b23aa47c76d719dc37b76ec97441b8bcea26507e233bc52a296dcc60fbd0d14feffcdc60b4185d08ae13cc3327ad5966c072c86a8954421114a1b42c0a88b308480fd15e0460c0ed1d8939924e45fb1a2ad7f385fa9f8d04a6a63e7c1d50607540f7e4f0b80525');
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
