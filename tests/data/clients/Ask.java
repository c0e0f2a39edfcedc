import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;

class Ask {
    public static void main(String[] urls) throws Exception {
        for (var url : urls) {
            Optional<Credential> found;
            try {
                found = Credential.of(url);
            } catch (IOException error) {
                error.printStackTrace();
                System.out.println("stopped");
                continue;
            }
            if (found.isEmpty()) {
                System.out.println("none");
                continue;
            }
            var target = URI.create(found.get().base() + "/rest/api/2/myself").toURL();
            var request = (HttpURLConnection) target.openConnection();
            request.setRequestProperty("Authorization", found.get().authorization());
            System.out.println(request.getResponseCode());
        }
    }
}
