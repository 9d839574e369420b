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
CREATE TABLE public.pack (
    cluster character varying(40) NOT NULL,
    digest character varying(64) NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    checks text NOT NULL
);
CREATE TABLE public.period (
    cluster character varying(40) NOT NULL,
    period character varying(16) NOT NULL,
    state character varying(12) NOT NULL,
    opened_at bigint NOT NULL,
    frozen_at bigint,
    document bytea
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
INSERT INTO public.agent VALUES ('valley-metal', 'firm_62aa1b958acb885e', 'agt_4BJERJGZ676PMZD0JE5J6ET0DT', 'slot_1449d28ee7d90148', 1, '\xe5971bab1b042d5308deb3fdad6fcc6ee0d1b8126d9cac9c654bcaa5b5d4f11d', 'active', 2, 'bdb801134e26f77b31f8753c50f94bec2d4f9ecc6237618ff77b79cd5482923c', 1790000000, 1790000000, 1);
INSERT INTO public.agent VALUES ('valley-metal', 'firm_62aa1b958acb885e', 'agt_4KZVARTV5WME3BEPZCPKVDXBDB', 'slot_e1c9c343db770674', 1, '\x1a35e335be78b5ef783822835e251e65eea12890322fa408a65eaa9ec0407f39', 'active', 2, '059973fb656779959f9626fe3d87d20b496c492f2fb1e8ee7a547afe888c8ac9', 1790000000, 1790000000, 1);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.firm VALUES ('valley-metal', 'firm_62aa1b958acb885e', 'Miller Ltd', 'metal', '10-49', NULL, 'member', 1790000000, NULL);
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_62aa1b958acb885e', 'slot_1449d28ee7d90148', 'agt_4BJERJGZ676PMZD0JE5J6ET0DT', 'abababababababababababababababababababababababababababababababab', 2, 1790000000, '\x872f9d8ff99295a69f93411122ec5c05e2c311fa44455ecd2da046a9bcc9c209ce9bc34a1ea1ade4d5f09d02af770c073cb1ff18dd12d91e8cbc4dabcfc93787d97e75b8fca5935db15906fabcd7908224b89aac0b52dce071a72dc1d2870e70b547ccea09b917f8f4240b');
INSERT INTO public.host_period VALUES ('valley-metal', '2026-Q3', 'firm_62aa1b958acb885e', 'slot_e1c9c343db770674', 'agt_4KZVARTV5WME3BEPZCPKVDXBDB', 'abababababababababababababababababababababababababababababababab', 5, 1790000000, '\xfc6b6ead6d64ffb5b9d337d3f98044a4061134bf56347dbe47ab858a5efa9a9ba6ace6cb965f49236b7c0b2e18eeb85092aa335be32c23d65c39478b474e41aeac72e7337f77381398aa6b2dfdddd34bb80335c3e099fa1298e4791b0014087b56a9b15a061894025acdcb');
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_62aa1b958acb885e', '8b18f7e1b841e98f5f60', 'slot_399b722a8f3f1969', '\x846de09365c70792ddcfc015ab99030881dd4736769fb1daff6244a3c4f2cbf6', 1790259200, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_62aa1b958acb885e', '28530823d35d1ff4e10c', 'slot_1449d28ee7d90148', '\xa305308068060452eb0709697d75d4d3db916fdcc680e52b24655fc5a1a4a99c', 1790259200, NULL, 1790000000, 'agt_4BJERJGZ676PMZD0JE5J6ET0DT', 1790000000, 0);
INSERT INTO public.invitation VALUES ('valley-metal', 'firm_62aa1b958acb885e', '4f40e695c6fdc46051a8', 'slot_e1c9c343db770674', '\xe84a1e5f9313f691fe786c1fc4597c55dcd09257af125f59910f5d3474b09766', 1790259200, NULL, 1790000000, 'agt_4KZVARTV5WME3BEPZCPKVDXBDB', 1790000000, 0);
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_62aa1b958acb885e', 'agt_4BJERJGZ676PMZD0JE5J6ET0DT', 0, 'add', '\x7b226167656e74223a226167745f34424a45524a475a363736504d5a44304a45354a364554304454222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a22355a6362717873454c564d493372503972572f4d6275445275424a746e4b79635a55764b706258553852303d227d');
INSERT INTO public.key_event VALUES ('valley-metal', 'firm_62aa1b958acb885e', 'agt_4KZVARTV5WME3BEPZCPKVDXBDB', 3, 'add', '\x7b226167656e74223a226167745f344b5a564152545635574d45334245505a43504b564458424442222c22617564223a223132372e302e302e313a383434302f76616c6c65792d6d6574616c2f6c6f6731222c226368616e6765223a22616464222c2265706f6368223a312c22707562223a22476a586a4e623534746539344f434b44586955655a6536684b4a41794c365149706c36716e734241667a6b3d227d');
INSERT INTO public.log VALUES ('valley-metal', 6);
INSERT INTO public.log_leaf VALUES ('valley-metal', 0, '10d73e872cb722cd4d89b25c1eb839180195a96be50e21ce2206c07783369674', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 1, 'ae3be997431984c9947688d638813457c1318c031ecfdeb43aa3dc5b40298ce3', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 2, 'bdb801134e26f77b31f8753c50f94bec2d4f9ecc6237618ff77b79cd5482923c', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 3, '21e3586d3b12e49f739cc6d330e2ac946530f6b072411db4d383b0518aa346d6', 1790000000, 'key');
INSERT INTO public.log_leaf VALUES ('valley-metal', 4, 'ea911fba7be0d50038425746a171734070875fe71e2510897eb72797f51c5850', 1790000000, 'statement');
INSERT INTO public.log_leaf VALUES ('valley-metal', 5, '059973fb656779959f9626fe3d87d20b496c492f2fb1e8ee7a547afe888c8ac9', 1790000000, 'statement');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 0, '\x587ccbaa1c6f169b44b6a20ec4c77793858fd47a35ca69c68395960c423865c4');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 1, '\x501e314aaa5dfad11234318cf0cfbf7dae06a340e6594d6d9be2cee652f91ab4');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 0, '\x354ecdefb89e86b1ba6b7b05ac9980470458d6d7d043083a42eae929a935ff40');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 2, '\xf743d076c7d06ac4a42927dde4cb26f79f7d357870217f1cb1471da111e51a27');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 3, '\x1024dddc815a44dd0b443c2c52e4d919b87e604d9b44d96cda67dd918f9168bb');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 1, '\x62aa656a817c762238d2d8d5dbfd45b30e66adad606e1d0561fbf8fe3de4650d');
INSERT INTO public.log_node VALUES ('valley-metal', 2, 0, '\x7cb71b895836b7b45c266568143fd3006d27f29c359a69ea02206acd2d7dd3a5');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 4, '\x4065a98bb48228b5cc82df0cb70832fd338f6ebb60760bfb260863cd84ba7ceb');
INSERT INTO public.log_node VALUES ('valley-metal', 0, 5, '\xe5f27cc6a583959908081488b5d604a9ee2be52bbc765dcf084588399f8875cf');
INSERT INTO public.log_node VALUES ('valley-metal', 1, 2, '\x09488f70adf10e5bfaff9ab1bcdd5d17979fa35106add3bd67f7516c326cb9a6');
INSERT INTO public.pack VALUES ('valley-metal', 'abababababababababababababababababababababababababababababababab', 'shieldwall-core', '1.0.0', '["check-000", "check-001", "check-002", "check-003", "check-004", "check-005", "check-006", "check-007", "check-008", "check-009", "check-010", "check-011", "check-012", "check-013", "check-014", "check-015", "check-016", "check-017", "check-018", "check-019", "check-020", "check-021", "check-022", "check-023", "check-024", "check-025", "check-026", "check-027", "check-028", "check-029", "check-030", "check-031", "check-032", "check-033", "check-034", "check-035", "check-036", "check-037", "check-038", "check-039", "check-040", "check-041", "check-042", "check-043", "check-044", "check-045", "check-046", "check-047", "check-048", "check-049", "check-050", "check-051", "check-052", "check-053", "check-054", "check-055", "check-056", "check-057", "check-058", "check-059", "check-060", "check-061", "check-062", "check-063", "check-064", "check-065", "check-066", "check-067", "check-068", "check-069", "check-070", "check-071", "check-072", "check-073", "check-074", "check-075", "check-076", "check-077", "check-078", "check-079", "check-080", "check-081", "check-082", "check-083", "check-084", "check-085", "check-086", "check-087", "check-088", "check-089", "check-090", "check-091", "check-092", "check-093", "check-094", "check-095", "check-096", "check-097", "check-098", "check-099", "check-100", "check-101", "check-102", "check-103", "check-104", "check-105", "check-106", "check-107", "check-108", "check-109", "check-110", "check-111", "check-112", "check-113", "check-114", "check-115", "check-116", "check-117", "check-118", "check-119", "check-120", "check-121", "check-122", "check-123", "check-124", "check-125", "check-126", "check-127", "check-128", "check-129", "check-130", "check-131", "check-132", "check-133", "check-134", "check-135", "check-136", "check-137", "check-138", "check-139", "check-140", "check-141", "check-142", "check-143", "check-144", "check-145", "check-146", "check-147", "check-148", "check-149"]');
INSERT INTO public.period VALUES ('valley-metal', '2026-Q3', 'open', 1790000000, NULL, NULL);
INSERT INTO public.statement VALUES ('valley-metal', 'firm_62aa1b958acb885e', '2026-Q3', 'ae3be997431984c9947688d638813457c1318c031ecfdeb43aa3dc5b40298ce3', 'agt_4BJERJGZ676PMZD0JE5J6ET0DT', 1, 1, 1, 1790000000, '\x3094e299061ac295b1095c8d71b5a884f5eb5179d880a7ec12355da34aab743332cd9a2e1435f2ccd5d0d8195c5fdf88c6115f24e126ed9c2e23498e56179e5c01da2be5b07d21845248ee065539fe237b1b66833ee527180d16e8fcca04db029b40e0b047ee85f728dbe353eea865fc87e507ff0fcb1fbdc154983327315119d69835bc1e0ca29663f73a6042d48272f6b9e7ca6e6b2ad1ee086678d00566c18696ee18bba08160d04d07416a1e0c7a85423ed7a9f31742239bf996fdee899f6b6348cb634eef52c3d1be1c6c52fe4928ecab23077929907cb574a208a359509cd0b039156ba7294544f1cdf9838f48ef835860061e262cfb323249d7b3a6aecb5bc58b7bbe24844e5f86b8d8d0e92f521e50fd20f7416e0b57534dce38281721d05c4d0174400c247896b4c6e756f5bcf074596d9fa7580387f1b416a8516cbafd42f03160b609b4e8a1802047399bdb95596f2ced7b37a8ddf3a1dc9caa075ace4a54f4d5fedd0d267953d99b086807128123569283ea2be8a9adb5bc0c96b5467f98cbecb0b57cfda8c781cfe8b55e1bbad23e178bbaf39e635adaae7c9b4edb32070a5525c89106f8c9c4cfaf3483081653f2e2a8ebdfbc9a20894419f6ca6d5e28ce9b89b3c7ba40cac10b31f9c7b48efc6c8ba4b54f5c7203daf005550bbb86af55899a1dd0c77f934e91c5eb3da832968b635f921029a3e1491b8c084561771b03fc603c2934af99bc99059699bf86d26f1b5b307983f6e54ed9476fb80d7b964c17fc50eb66176b28c9b1cbf1f1e392b4a20429fb808d1225d8e5f67e4056aa5fde87122ef770022654b0f421d9528bae12ff6973edd4177c1031477d8b42aab467145923f41499fe0f03dd5ae0477b93b30122cc5943e08ce119752729fbde8dd6eed263fe9266dee3d19afaa2e2b56fae1a4f050efafc3a5fcb9cc6a6c8543d261967ac48a545e7162d3e0ec149d8c7bfc2b59ec148e511689f192aab5f809814363ea6f2a25c47a3dbd8ce83ef7a82b464936e0283ec9a51cbb73ed03ffa24e6e90bea7b7ca60279197cd7b3923b2ddd72458d6b04d1f2100925e21b89ae9dd4fbf7bd5fce6fab0849588d999507b18216d13e0f819fcf36ea4020fc7f54d7f423fe8ae0aa46baea2b90c77a3cd58c6d417ede6b1221ba66b5829c95acedb9a39b1c6529a6aad8acb34a36fbbe7a48e746b33ba768e2da6de07c28ce177b96fca647aae15393682d4de59bf9c2c806baf1841f497ef19fda1ac09b328c1ef318e8864f1c846e8eeddcc58abfd36976a91f0b375084d9b42de8f99aba4f1d18362c5fd5efd4f078470fe9560407cca5ad0051c8ad007df04df656fb961db3b1fb8e72261d5ec8e791086b0999c6445d54fb3e2d537ea137678d1889d098eb5ab4f185dbd3a8374fae628a209b9fe5dd58f47626bb6948c16d9bac30e43240e3507361b841a14fc327954b5aeb28dbb08d16b98edeba7c0ecc2360620d0c7f7ed4a96632f4c473c5aad15ed40fcb20135e93d0a137781b958bb99cc04bde82ef221f4d37bee566cbdb47589cf763392c5eaf2411145e04487adf9625d9439d1001622346345aeed5ed760f4fcd71caafac6978b54748c19a3a00711b66b414f3889b6b6e5df81305bb88e86505625810806ef3200d586c5bd3acfc7b718f62085d34ce6f737e19651a79c9ba250d8bdd34de651dd887cc70922edcadc8358964195950936a40dc682f32d4a214e72e85b4a7ad8a4bae5d431ea823acc4736aaebaac16d00fb645dd6be3d67016b666d6bdb317028098426eb843cc53d269f432aa67a2d4505eb6ccc7bd1a4ad66b400d3d7e44ec5be8f01ab1dd3ac6e9891f8de6bbf4e54923011d6e7527d9850505ca5fe1cf7c3014e27a4ae0d715d1e7ea7f905798ef0a3885ff3afcf71a16dbb5f0c333a1a42972e76eaf86573b372eefc49bf1cf95d36dcd060147c724c40f50e25be2df6eaf752727e54da97ed641e4c6cc91b15fd80b9a5c5e814388344c7039c75d1acfe644acab53cd3067b1ddbffbdbf566ea8b3897363a5f6c62c8a0d91087b0bba8634ed8ba6d44dde1fcce5834ac2114799c73f31b4390162b9d6f581db35b10555178bd3423115b6416ca8a74fd431e2c47a3d3aa078fc2c6b7a157b440fcc6273f2f561c08397ba3e00ed9273f48da7574265272e7dcc435fcbb175558f01f2f6d8083ff59c6f88bacf4d503ddb1063999db005ba1c250d0464e7153c9a6bedd19545ea0104dbc36f9244fc6a82097d0113f496b7546aae0e0cc9d5bb1673601cdc2cbcbd5ab102c3e3656ca4fe05e7e2091e989dd57f23c9abe23e754d22055785646bf26a6f08247c724fb36d19b9e984f2a90f55e2c8fc696834e3a8f6ddb7aeaa389b278680a9803b33b62331c334ce67b42f848f7540a17dc020bf8c9bc13c3921e2c5372337bb97ffd75127e89a0873c8708a3722ef6d0a8d5d626122f4c141e09fd5c55006cab8c865d3efa46e4d7d6505ebc4e98a6074cbba39a55f78bf02cad31cad56e5e0664b8864886d3addc0e5820721f0cf685f09eb117a0135bf7a49ded7b87a6080ce8748af313d4b115a9939e09cf0732ca540217885563e5a1cea2cc10ee7be2de2b4088812bff7fa3eb988298a08d14ba8781499ee04bd0255be8d22b79096d95cc8d41985c8b54882de4c3edd763f5860ee0074f5150bdc9eb802524ef4c4e15867aa85654a801dc98b430a1fa27c63beab243daaf30006fa59a22a044604768c671');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_62aa1b958acb885e', '2026-Q3', 'bdb801134e26f77b31f8753c50f94bec2d4f9ecc6237618ff77b79cd5482923c', 'agt_4BJERJGZ676PMZD0JE5J6ET0DT', 1, 2, 2, 1790000000, '\x856cfe68820c4a0435c6377964a840b276efff8626258daef61d87c15a2a1ed2443735c33482f31fdce83905d3f27f91ab8a0a94cf3b36aa02679d56d8508664320b412503df3d5335296c61cb1d6a863b45b7d7ce845607d5042489ddf03411afebad43527a65b48a605f3881a311bce121b358e93915b259d5f4bbde2d745177ca6f93e4c14a63db407d3ce942a7076149a3ead79dbb0a84a24a1768549d709d9915a15057151488f709a0634298b8b82e8331ef59df20a418d7019fbb64379340a39632365801d128d5675166f553e6d584643b65e5999691e63581c128ea072ca87024c24d366b52b06733e026dc1247a798d22ab7db35f21f8abd35208e7e6a6cf5fa7056e99e69a07c833a28c786b154b5a86b008c2b19c4c9844ce8dc03b30d142805aac41f280741eb8cf94336ca035422e22efffaedc4c2c7e6bf4b214b40e454ba323b54c7031889873a500ce29e2cb4dc55ebc3cefdea044bb3152df0fbac4f17813a46f864d71d02326b861812731fa7c0ea2a6a5ca3b7bb8eab6b9c289541b9d4046952df8c84e8b68d987e79a350f20470d12f5fd718b6abad0fd64a8f13dcd4bbde04a6acab8e1c5746133809d3405d792603eefb5e00d510569f0d6190b8e00efd57fc34955caf5f38d4b405d3c6b89d32a8bff9973ba5fc5febabc394b6ced23ab708f05f9134b6271f42725027c8cc7cbe94e63f5a6b30b7a10cd9a2520ddb130e4520f5c1c8bb7a25cc3dd3d54fc2926cc2204fc3cdd8524f4d74fb986310f874890c46be14631d4f1b887f276e4d524aeb71d69024c8194d7050158e1caa75736a43d83adc417203400caee94153aaea34260c69df578fc060aad3701905513771be7a30a15eb78a636c8e8c92cdc082c7cfb777e2c9e37f7ab95a314c6872068d26d772f945e74c1b78019af81f4d38620da56847e36b31b681bfa214995d2ccbd09036a2b2b5f91148a385d6532dadcc864c8c7539c5589a77ec1bd7915fcd8954213dde5b0b8cc67c5c88e68110d34af750e43178554c0c72ac22eaba97a6b0ba5fb50c79de1ce55f1b4c58853608ecc91815adba6423284e0efeeb8b93220b35d545bf80fa9820fe5591b85af22fe803e14fa12d4b4b55c2b47609171ec4dce49490ead49e818b697970a46f9e04a9aada665b8912941f32ef8d8d1d8a8259e178834b9d2a1a6d9a165f97fc0fb6c70314c639cade9c17e3ec87ae306bb8497a9b086baf6e0bbc1cbcfeb9a2531d098e0ceaeecacf79c99e78e7587748f1682a02c8da55dc7274c688524c31de0eac422b94b2142d12874153c26806f208a19957d366600cb2fa084251ba5cc90baefe91ba81a5ed930f4037bf3f4d08cc812875b9d97aef27b9f5c53543a3afc1ec1fa9f8e040a82517cc2751be4b03b6e3815ff0dd8cb2d4aa321fc4460a0e0914edff86e30b06bc382e8c6462a8b30545ce7fa809984b9bc2b8869bed2ffad6cbfb11cb4fcf26b9f40203cf5f5254f45576f347a5dab63c0698e41b25fcb18584a82ca9634aefc0241fd78266163aac6ea43823766a09f7b4e43d369b3983c6fe86ff5515151de294c1ce3fdce6abdf12a0d19f1ff54b21a45af8e077b651b770dbe76180f9cfc560e74c0886b50a708e5a6eaa8df5b296098fc4e7742ec1c04132a36885e2b1e1c3d99facaa655a6bf14d82570266a6e747bad492284098e1a5412da8401755344278b4a3c778ab3a18e35619ec363ea25f807dd9ff848e176d008cf78462ae0f4aac551fc950f1d1c50da8dbd888b9b212c010cb9dddbd5f8458ae370b89f5560e88c409581aa0c360cb85c35f739e6fb0828036296289a4b8eb8b28f3b83309a50f4dcaf702c2f6564ccc67ae41db5f6a8d82b00395440e364e8867ecc3bb71af69b3dffac421feae0fa2409577d4819f506db79f8cd00dd7a8fe2c3699be1589e971b6d0bd1d5f4502213b756a45da997d73ebb681d8ebd75dd1c5acac5ba8377082e8bf7bccd982434f27e798023b32d548822d9a2be8389922cd7b79f083ab7b290bffbd71557a47667da06c7f29e8851374a49513f470c879c829bec86635e75ea580d2de9fe79e5304e7c4250bae507d1b907bcb2c7fdb83e30fbcd03a86e13e20323db4ec146cf343322f674c7444451fd47d33508809601468080a4daff6b45ef9fbd67679630878c674d248c219fd52abed8650edf6522e647fff627a642cb952f96b2db14278f2e20eca52c4e89a2be093ef267e5767eddb302e581235602616b5f1bf8485cae2bc50d2c4dd3b9b2d284966a8a32e24b2e6b659a67c51b8bb135f3cd89de1080f7406aa57d8e243eaa14a3b643fa4ca51c154cd8bcf56eee69adaabb764168ce10533db6dfb07a487313b6988e1bb6a4dd9b7dc207ce1d137ac23761073b9ac7a500c27b8215039ac5a04224311527acc970e7c06f43402ad3decc2d1885a5cebf09359764126f56c22e41bce18e2d1003b5f2cb5cb71b018b377abdab37fc43408528adda9cd807067fbc487ccd5c3456a281d139cd0d355d802d9c9291776f25e55d21765b2b31fecfd85039f45f29bf2e1e48c86ebd71bad0b582f72c446f5f8a8ec7242071c8fe38c437b93606353009996416027f41f95804c757c690d9224f83e504357e4e6a73f305b523e204b50ea39d75d83379c3034617fa54bc216c1f4f802e34ed00ade30bf0f5443ccbf6fbd0c53b9f818e04d48530aa5f1bf5c86d1eaec92807a2702ce1a863aa7b5');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_62aa1b958acb885e', '2026-Q3', 'ea911fba7be0d50038425746a171734070875fe71e2510897eb72797f51c5850', 'agt_4KZVARTV5WME3BEPZCPKVDXBDB', 1, 1, 4, 1790000000, '\xc4cae0ec733b4ce11e82568694521cff76ceeb8d518a44f302237c4bb62176fc05b15d29fc7dbbe490c7f09beb80a369a7a3192df518d2e9d029f7108f5866c2f6bf2b928e42a1e9c25c1a41d45f99d2f0e87860cc28e92b8771f92f372dac4b8ee61a166c0117d7d620d033250f00dad50f52f1af65435a795d7558ab49c0460b0ad2712404663149c1c19fa9c69be574a0261b4720407f1b9a58b26f3f43ac79d10093441e83d05a93d1f97bdcf13263c8b3dbbb7f642bff59a96cb0f56994a2ff6fb5657ce59956368ba83ba09243869a2b6bc1e9d37fe61eb57634a09f04bdd9d2ed4ae6d329043e589d33cb8cf8d5051f6f8d9f9169c1fe9e59aef7a62a12c0a34c2146c80af0b9b010e3c56110a66f70cd52939c5035f4b80970bfe47dbb2994d3ca8e0838875a4d43c07bcb71ca3484e707208f3a38a31c4a71e73d982220dcf959f62ccb144cafb266632e2945c241201f47c8cdfaa457924afc1e9bc1f47b09d826c7f4732416cb42f263c9c0f5095f1619bdbfa9b38b65c65bdeb454438d2753e7d016b5277f60a76eceadd454bfacc0eedb958fc748b860328f96f15ccc8a4bbbce391bb8972cd57062b021cf93dcc95a41b0d4594fa89569267d8c97fcfbf1f1e191ff9b95817c17c41ec1b2c54f847813edda500c5e8f1221b5e42d80a8962fd04d782fc323bade8e350d094b44c63041ae21e4eae29a4a15c31b916aae97264317ad8487dd4ecde47d1780374eb2998ef5ad1a13107fda7b9ffe38b165f3f17ea7f771fabc41c1766bf85aace70a7e488a9e7e4c9368862bc163a88f9450bef533ca034cb241f0adf23ea8c578bd93d994ee7a7bf770f74c5cd0ff3460513fdda281265bbaf33cb7b987bbc1ef0ed343ae0133f8dd722058ac702f7c90d6a06bb7d19b3ac9b5889f77ba9c2a27e2f6c905d7b3d41f807ae7de7dc7aec41a9bfe47679cf304d47f2d43865e79de6ee0be697cb9b37a1802806ad86f851ee2df131aed143080f768821a611c1167535b76d10ad560c64e0af411cd110d31c0e673ff926b11c5089a5b44e9d02075f2c20e8f419236d9bbb434b041840586a30a921f1314f8592e3d4e53d5de63f093d90a01552cd6c8f70eeb1dab43f87feffe1509605ed9aa4cf728ef6091da47e0e4af2a8f311e32910584a1b24d0896a6ea04d5fcfde0626598c63556c54ef61cc85470d3b0037ab154c5570f67c8958c552e1c0cb5f0bc43b89410f7892586c62f83c44abb00a20f9f4317c99b505fa2d930c5e24a751d2750287fa7962e6bae05cf0943301c5414b39435f064a035f07e1726a2cc004efefedaf8acc257b479d4e0c6739f72b751321053e764c3b312ceae8962b1f89e382050f7e58be7bdb952cd9d87b65f43bcd381eadecfa4bf0e3b5f62013f13363475ddacc095facb0e49e0fe9d097258e653cffc4d065422d12f82f0757863f70ff2ae4e3a98b85358747beb1b8be88ba5fc45c6fee8b0a61362b49e15280eb1e74152cce875bd2a2fc25038a4d474a199dd581749ab1d1851fa771ed36362ef66cb7f17b71ef2f270a96b158f9854c66bcfa751628b69e95736a9aaad31f34352c60a40ce5929259d0b4bf84ad51c4a1b84f9383b9739cc7c36a911a32bace2bd619da7a2b322645c03561b36cfb23cf10254732d57e5fcc657100e09b2cd995ecb0ec975c4837abd640bdede654eb4291803d9c81fc7776ce01e4740b7dc6d6117c173185fcfe6bbcb6607ba5f71e632893d1485cf4353f718edd9d34dc16492b771df859d0658510ee62fc90a357f4a3c02d05cba0e1e8adc0d04d640b1dee88ac57afab21a43029e3607050cc99701550562ff3b88407ddca87c39bd489a90d00e4d83e98004211228cef70d18f8c8a792bed728a5b643bd05e45d10056056a774957fc18e0b49014d8291d98e2ffde9af9e5a5701a89632c2f7a38c6dcbe10fc0a41cd119820cddfb7583a533d426c9b03bb31d678959e88918c08821d596ca1000fe869cac5be83479af1334917f6a2000638e33f7ddd089d37ec91b1aee4a8067f155ec24f6841825ce38218b8b60cf49fb86307f4de430dcf66e8dd0006cade8caef1ef78160422086cfcf3d9f1a8d8bd4641d6ca9de701c89045ee65b76afe2a03e0267624d6a8d9fed43112af044a56b50765435d3c440de5a2b4e0a4ce9ba2da5c64fb9bac7a8230630866a486c0a2377e6a7568f17799b9b9976f9d1b2898e42efcdd1bc21bb1cdbb1dab4d7b6a51c63820677dcff2768547164fecbd7db89d5a4448997c4f4f400d0df576efe7adf53f58c5c38193e4478cd6531049253380e7810f042c33d5ce64138f0c8ae3e2effaa4f15e473d107638acd5f7cc383b837810d3426d3e81e3125fec54a170b3d468ed4901b73a0813bd6460a7a16bae62c60c3ad6df168e5c563b2100429d51ea979ca8658faa41fd91c825b9cbe82abee1fd5ef4bd6e25a1ec5d5939a5a34a90baf043ae7ea0781cd5453bc90e4540dd9b7b7eba3559e811d2e59912697aa6fbcb0880b8d9070d42620fd0b4f0cba718b8747b0ebde4b547f9050e5364de5dfa05d2686a85b8df2a0405c504884cf11b7d3c7f43c5346d9ac22fc1af2bb2eb0c4a926704f16a50419e71fbc2d037da37740b4e00882179304fea830f94941b0723fdce6a36cad7ce4a4e4d808f85e6e3d2783bdd80b3cb7dfb0a6d20246df84f016ae7cb42228ac05387d6f254d078b5f34b3749f8b284ffb4f2e3e36d95878');
INSERT INTO public.statement VALUES ('valley-metal', 'firm_62aa1b958acb885e', '2026-Q3', '059973fb656779959f9626fe3d87d20b496c492f2fb1e8ee7a547afe888c8ac9', 'agt_4KZVARTV5WME3BEPZCPKVDXBDB', 1, 2, 5, 1790000000, '\xa2d395005509098cc9acb814b50f936f4fbaba78314e3560a862851754709f956df829631a1545fbd49c4cd4fe347da21c6019c091a48df74af42da5ceea77848fc4195723325088eddb5c4ceb87930ef2e678838b750640265b053c1bee1eb4717846d871f850682a7ffaf46f3b3ace0a453224e5814b0aede7f4925b51da7ae7e9118d873a796f35cdd4c39141319ef448baff7f88bcf612b59fffe49ae9121a2fba25c32d941a0ea1df8b96b85e119e9104af57d41f086252ab3da098be5881cc4c55c5efd1d65153e4fcf2221afd76c03fbe30bec784f0421b01c3970fffa82b2173b37c38347ba0add58c37976db6fa7603e82c7d93cffa1e8b8efcd59e5c1bb93087074aeb29dd339fd677f5ab826eaca80348d2b4dc35b119273d5b15151b5e650ab4296d98cd78c8d6777915ed9017223129d9b01b504ecae297a9c2b15256920bfeea586e3e477cfb05d707beeac484ce88be7f8bc2df56a8a6470d2b68b11fc26a6ed5dda57e517297666252f19aab4cd7ae335e6cf816227c76e2c3e4f92b89e5c13fa8a5c7d5211abf701370f0bac272887729c89e8bfa200711fee4e3be3b707768fa9310c36b484f48d78b223a285745ec7ef6ee9bb14c88ae90dfb6bb0deb58bc1336f1ed7e3c0955ad4b453f8c56d8107b40cf69a6885dd6a41bbfa9ff27fc091abbcec46a213e3f14167fe8017068f4d23c77adc4a6b443ec5532bbc37b14b36e5e0c686a91eb780f3a1856aa3300b1c0098dbd87be47fef96c5e2f0e2a6f61f972a23d646c4bc315bf3a44d37bc3b7a6c9cbe2f0fc3c19347513f685c0ad4ece72cb477a1c7c1a52dbd129585b741f8b8baa38c7f320f022fffe5b212beb2d214d15d6d7cbcd177d4b3ddc09b927d6390210dd55992aacc7dac9cdd64309d46ef6307f1d24fe60cb5e734eb78d663fc232fb05ed4d4e86ec4f4795c1d90d4e1d78ea327f936713d910748336de4947b5855013146efd5781ffeedb25cd6c2495419425485392d8c0025f1f5a5c28c05c23ddf974c6eb1b57ca3ff73e07b75e9f632d4fed3bfef12300f290531a853fb81dc78d2c7477d9d05c5967ddce1888297174c6afe98e4b943cb95ee03b978dbaea4676e9d626a69b67365642c43f421fc8e23fc3a4cf686d0dc4962468939d24458dcb8264b7d1f70d03ccceb0cfc7069ee2c63c1431a47325f067042484c866ab5fbb61cdde48094108286076cabe37330aea5ea15ed2d38aabbfe63c6f561a56a5c1a7a2dec9ca0d86d6026ef17cf1a5cfa410eb54ada972bae46461e6528dd76b5ca5b53e0f81965d4e65e984da99fb4c3d4dbd54e45752c13653ad5e7247bccb9a96ea9c6a29f908831eb5a2d6c53f6fc6785adc749ffcc1dbbd7ff6f4145d96c19b541fbaa210f8295940f21361ca0e84b51b0960b28fe31b26194d48a10079319829a3f8f9befdb94816ed8fd5a6a5398d9cc5d0f9215a0e8feaec277f1a6e3ca7addfffa8ab68c958a627bbb1a117cae5418eb574033a1e54c41527fd28628d61df54d9263e2f3ec473d8802868b4b2dde2cdb34867eb98e72c1003005cfbac9ac4299dcecab4da0a52616154270f3ff0794780d3241ce4dfc976f699685ed7a760d87a3b99d72852f52d5f61f325df0b5f679084eab8b01bb89021291404de4180e6e25831f3e77947a9fa07935c813b92fed0610654490edb3685c3583c0b32d710439b946abf00885fd64ffd055c61391e184287f5c7886bf44f2106e33904c100e6e386ecd495d6ad4ab3b607a25bb8e8c0f354c3431fc0afae036fec820f1be4579f12d0f8b21107a028aefe6868b3654ddd6866dbc4e4901a5c3c90f378b56db607ec555445a42330291b0c1bb6116da43f76728bbacef8d5dd2d7a5350d820ae2350cb61655d838bba28fcb7c2043f584a042358321bb7670971643eca786849ef79781237fe92b48cc9bb120d27d1ca0c194f49ee995532b0ca2600cde4d3db3ffeffb13174c2cae98aa026b64ea6d8d5204f7d83816aa8d29befa5379b19a285d985700870739c687ccb9f1d6011f342b1f7bc20555329115ea4ef4cd7f91895aa801847a87dbfe80fe7dfbfecf3ccfe5cd1bb1c729a2035bb1b32d96ad0aeda21ba0c75e62ef65bc42cd5d81f4f2a9a0ece02045b565d4f0da5df0b78176eda11571ac2459558949251de30daddd40c0b8cd58f6aa69cd72800b4c7d35e25bde5169019ebf5942bb88c109eea2c8f1c56dbe6c3e8d9edea2bb07396ba42c44c37e6ade78c7e28de96773c7d772f6c4a833e968d18ac9f3b89ba546e7c9d83ce108caf94ea5b1f6b98164ae4dfbd68359ecbc9879b6365623fd7bf2d06645deb5737f912a3581bb64dd3356666e33a4e357ea67df69f0963787f93f9777488db100fd24bcfbf75d7234318dc5c72f027e9ec1d17d284a3a70c62f82a2170462a66fa126627f43860b4e1367c09ed66606cf1082b18fd6468ec88d8b801a0a4b9b6b2f9b9f104c93de4a6deefd1ac07427bca061a0a8a16d0ac8e872b8caf1ed6b217a13d50dd434bcd63bb2103b510e0b6f50cd80a46425e52fd7c5fb7d8af3b93124a1703e622083a600fb181a260ceedb8f402620ae36685e255575b49736cc69e8683dd8ff2c77fe3f97e2f4ed3ed74ffb7ed7369e6a40cd72a175d07ffda9c1f774d0f29675cbccace776903367b58b9a93d6478c34d78383d58e3cbdb095317fa7d927df9aa68948402a180c0c4b3364e669f3bc42690016f3b3a00b3');
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (cluster, firm, agent);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
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
ALTER TABLE ONLY public.pack
    ADD CONSTRAINT pack_pkey PRIMARY KEY (cluster, digest);
ALTER TABLE ONLY public.period
    ADD CONSTRAINT period_pkey PRIMARY KEY (cluster, period);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (cluster, release);
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (cluster, firm, period, digest);
CREATE UNIQUE INDEX agent_by_id ON public.agent USING btree (cluster, agent);
CREATE UNIQUE INDEX invitation_by_id ON public.invitation USING btree (cluster, invitation);
CREATE UNIQUE INDEX log_leaf_by_digest ON public.log_leaf USING btree (cluster, digest);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_cluster_firm_fkey FOREIGN KEY (cluster, firm) REFERENCES public.firm(cluster, firm);
ALTER TABLE ONLY public.host_period
    ADD CONSTRAINT host_period_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_cluster_firm_fkey FOREIGN KEY (cluster, firm) REFERENCES public.firm(cluster, firm);
ALTER TABLE ONLY public.key_event
    ADD CONSTRAINT key_event_cluster_firm_fkey FOREIGN KEY (cluster, firm) REFERENCES public.firm(cluster, firm);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_cluster_period_fkey FOREIGN KEY (cluster, period) REFERENCES public.period(cluster, period);
